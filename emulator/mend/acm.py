# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ACM: a certificate is issued some time after its validation records are in DNS, and not before.

https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.acm.exceptions import AWSError
from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.utils import utcnow

from emulator import dns
from emulator.clock import Stage, clock
from emulator.mend.elbv2.listeners import certificate_users
from emulator.registry import RegistryError, mend

ONLY_WHEN_ISSUED = ("IssuedAt", "NotBefore", "NotAfter", "Serial", "Issuer")
# What a list shows where no key types are asked for.
# https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html
LISTED_KEY_TYPES = ("RSA_1024", "RSA_2048")

if "in_use_by" not in CertBundle.__init__.__code__.co_names:
    raise RegistryError("moto no longer keeps CertBundle.in_use_by, which emulator.mend.acm replaces.")
# moto only ever adds to its list; ACM says which load balancers serve the certificate now.
_users = property(lambda self: certificate_users(*_place(self), self.arn), lambda _self, _value: None)
setattr(CertBundle, "in_use_by", _users)  # noqa: B010


def _place(certificate: CertBundle) -> tuple[str, str]:
    """Account and region."""
    _arn, _partition, _service, region, account, _resource = certificate.arn.split(":", 5)
    return account, region


@mend(AWSCertificateManagerBackend)
def list_certificates(original: Any, self: AWSCertificateManagerBackend, statuses: Any, includes: Any) -> Any:
    clock.look(_group(self))
    types = (includes or {}).get("keyTypes") or LISTED_KEY_TYPES
    others = {name: value for name, value in (includes or {}).items() if name != "keyTypes"}
    return [one for one in original(self, statuses, others) if _key_type(one) in types]


def _key_type(certificate: CertBundle) -> str:
    return certificate.describe()["Certificate"]["KeyAlgorithm"].replace("-", "_")


@mend(AWSCertificateManagerBackend)
def delete_certificate(original: Any, self: AWSCertificateManagerBackend, arn: str) -> None:
    if arn in self._certificates and self._certificates[arn].in_use_by:
        raise AWSError(f"Certificate {arn} in account {self.account_id} is in use.", "ResourceInUseException")
    clock.cancel(_group(self), arn)
    original(self, arn)


def _requested(certificate: CertBundle) -> bool:
    return certificate.type == "AMAZON_ISSUED"


def _domains(certificate: CertBundle) -> list[str]:
    """The main domain first, the alternative names as they were asked for."""
    asked = getattr(certificate, "_emulator_asked", {}).get("SubjectAlternativeNames") or certificate.sans
    return list(dict.fromkeys([certificate.common_name, *asked]))


def _record(certificate: CertBundle, domain: str) -> tuple[str, str]:
    """The same for every request of one account for one domain; a wildcard shares its parent's."""
    parent = domain.removeprefix("*.")
    account = certificate.arn.split(":")[4]
    name, value = (hashlib.md5(f"{account} {parent} {part}".encode()).hexdigest() for part in ("name", "value"))
    return f"_{name}.{parent}.", f"_{value}.{value[:10]}.acm-validations.aws."


def _method(certificate: CertBundle) -> str:
    return getattr(certificate, "_emulator_asked", {}).get("ValidationMethod") or "EMAIL"


def _is_validated(certificate: CertBundle, domain: str) -> bool:
    return certificate.status == "ISSUED" or (
        _method(certificate) == "DNS" and dns.resolves_to(*_record(certificate, domain))
    )


@mend(AWSCertificateManagerResponse)
def request_certificate(original: Any, self: AWSCertificateManagerResponse) -> Any:
    answer = original(self)
    certificate = self.acm_backend.get_certificate(answer.result["CertificateArn"])
    if not hasattr(certificate, "_emulator_asked"):
        names = ("SubjectAlternativeNames", "ValidationMethod", "KeyAlgorithm")
        certificate._emulator_asked = {name: self._get_param(name) for name in names}
        _begin(self.acm_backend, certificate)
    return answer


def _begin(backend: AWSCertificateManagerBackend, certificate: CertBundle) -> None:
    """The records are not in the first answers: who reads them too early must try again."""

    def validated() -> bool:
        return all(_is_validated(certificate, domain) for domain in _domains(certificate))

    def prepared() -> None:
        certificate._emulator_prepared = True

    def issued() -> None:
        certificate.status, certificate._emulator_issued = "ISSUED", utcnow()

    clock.begin(
        _group(backend),
        certificate.arn,
        Stage("PENDING_VALIDATION", "acm.certificate.preparing", prepared),
        Stage("PENDING_VALIDATION", "acm.certificate.validating", issued, until=validated),
    )


def _group(backend: AWSCertificateManagerBackend) -> tuple[Any, str]:
    return backend, "certificate"


@mend(AWSCertificateManagerResponse)
def describe_certificate(original: Any, self: AWSCertificateManagerResponse) -> Any:
    clock.look(_group(self.acm_backend), self._get_param("CertificateArn"))
    return original(self)


@mend(CertBundle)
def check(original: Any, self: CertBundle) -> None:
    if not _requested(self):
        original(self)


@mend(CertBundle)
def describe(original: Any, self: CertBundle) -> dict[str, Any]:
    answer = original(self)
    if not _requested(self):
        return answer
    certificate = answer["Certificate"]
    certificate["SubjectAlternativeNames"] = _domains(self)
    # The name of the same in a list of certificates.
    certificate["SubjectAlternativeNameSummaries"] = _domains(self)
    certificate["DomainValidationOptions"] = [_validation(self, domain) for domain in _domains(self)]
    algorithm = getattr(self, "_emulator_asked", {}).get("KeyAlgorithm")
    if algorithm:
        certificate["KeyAlgorithm"] = algorithm
    # AWS writes RSA-2048 and EC-prime256v1 here, and RSA_2048 in requests and filters.
    certificate["KeyAlgorithm"] = certificate["KeyAlgorithm"].replace("_", "-", 1)
    if self.status == "ISSUED":
        certificate["IssuedAt"] = getattr(self, "_emulator_issued", self.created_at)
        certificate["RenewalEligibility"] = "ELIGIBLE" if self.in_use_by else "INELIGIBLE"
    else:
        for name in ONLY_WHEN_ISSUED:
            certificate.pop(name, None)
    return answer


def _validation(certificate: CertBundle, domain: str) -> dict[str, Any]:
    validation = {
        "DomainName": domain,
        "ValidationDomain": domain,
        "ValidationStatus": "SUCCESS" if _is_validated(certificate, domain) else "PENDING_VALIDATION",
        "ValidationMethod": _method(certificate),
    }
    if _method(certificate) == "DNS" and getattr(certificate, "_emulator_prepared", False):
        name, value = _record(certificate, domain)
        validation["ResourceRecord"] = {"Name": name, "Type": "CNAME", "Value": value}
    return validation
