variable "project" {
  type    = string
  default = "sdt"
}

variable "environment" {
  type = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment must be dev, staging or prod."
  }
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "emulator" {
  description = "True when AWS_ENDPOINT_URL points at a local emulator."
  type        = bool
  default     = false
}

# --- network ---------------------------------------------------------------

variable "vpc_cidr" {
  type = string
}

variable "azs" {
  type    = list(string)
  default = ["us-east-1a", "us-east-1b"]
}

variable "nat_gateways" {
  description = "0: none (VPC endpoints instead), 1: shared, 2: one per AZ."
  type        = number

  validation {
    condition     = contains([0, 1, 2], var.nat_gateways)
    error_message = "nat_gateways must be 0, 1 or 2."
  }
}

variable "enable_flow_logs" {
  type = bool
}

# --- services ---------------------------------------------------------------

variable "services" {
  description = "One entry per microservice; sizes and task counts differ by environment."
  type = map(object({
    port         = number
    path         = string
    priority     = number
    cpu          = number
    memory       = number
    min_tasks    = number
    max_tasks    = number
    fargate_spot = optional(bool, false)
  }))
}

variable "image_tag" {
  type    = string
  default = "1.0.0"
}

variable "enable_autoscaling" {
  description = "Off only where the emulator cannot list a scalable target's tags."
  type        = bool
  default     = true
}

variable "cpu_target" {
  type    = number
  default = 70
}

variable "memory_target" {
  type    = number
  default = 80
}

variable "certificate_arn" {
  description = "ACM certificate; null leaves the load balancer on plain HTTP."
  type        = string
  default     = null
}

# --- database ---------------------------------------------------------------

variable "db_instance_class" {
  type = string
}

variable "db_storage_gb" {
  type = number
}

variable "db_backup_days" {
  type = number
}

variable "db_multi_az" {
  type    = bool
  default = false
}

variable "db_read_replica" {
  type    = bool
  default = false
}

variable "db_max_connections_alarm" {
  type = number
}

# --- storage, secrets, logs ---------------------------------------------------

variable "app_log_expiry_days" {
  type = number
}

variable "enable_intelligent_tiering" {
  type    = bool
  default = false
}

variable "cors_origins" {
  type = list(string)
}

variable "secret_recovery_days" {
  type = number
}

variable "log_retention_days" {
  type = number
}

variable "deletion_protection" {
  description = "Guards the database and the load balancer, and keeps a final snapshot."
  type        = bool
}

# --- monitoring ---------------------------------------------------------------

variable "enable_xray" {
  type = bool
}

variable "enable_xray_sampling_rule" {
  description = "Sampling rule for X-Ray; off where the emulator lacks the call."
  type        = bool
  default     = true
}

variable "alarm_email" {
  type    = string
  default = null
}

# --- frontend -------------------------------------------------------------------

variable "enable_amplify" {
  type    = bool
  default = true
}

variable "frontend_repository" {
  type    = string
  default = "https://github.com/example/sdt-frontend"
}

variable "frontend_branch" {
  type    = string
  default = "main"
}

variable "frontend_access_token" {
  type      = string
  default   = null
  sensitive = true
}
