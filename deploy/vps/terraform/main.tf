# The droplet, its firewall and its name in DNS, for those who prefer Terraform to doctl:
#
#   export DIGITALOCEAN_TOKEN=…
#   terraform init && terraform apply -var-file=mine.tfvars

terraform {
  required_version = ">= 1.5"
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.40"
    }
  }
}

variable "repository" {
  description = "address of the repository, such as https://github.com/you/calculator"
  type        = string
}

variable "commit" {
  description = "the commit whose provision.sh makes the machine, in full"
  type        = string
  validation {
    condition     = can(regex("^[0-9a-f]{40}$", var.commit))
    error_message = "The commit is its full name, 40 hexadecimal digits: git rev-parse HEAD."
  }
}

variable "domain" {
  description = "a domain that DigitalOcean's name servers answer for, such as example.org"
  type        = string
}

variable "name" {
  description = "the server's name within the domain"
  type        = string
  default     = "calculator"
}

variable "email" {
  description = "where Let's Encrypt writes to"
  type        = string
}

variable "ssh_keys" {
  description = "fingerprints of the keys that may log in as root"
  type        = list(string)
}

variable "sums" {
  description = "SHA-256 of faasd and faas-cli for amd64, checked by you: README.md of deploy/vps"
  type        = object({ faasd = string, faas_cli = string })
}

variable "region" {
  type    = string
  default = "fra1"
}

variable "size" {
  description = "1 GB of memory is the smallest that was thought of"
  type        = string
  default     = "s-1vcpu-1gb"
}

locals {
  cloud_init = replace(replace(replace(replace(replace(replace(file("${path.module}/../cloud-init.yaml"),
    "https://github.com/OWNER/REPOSITORY", var.repository),
    "0000000000000000000000000000000000000000", var.commit),
    "calculator.example.org", "${var.name}.${var.domain}"),
    "you@example.org", var.email),
    "# <SHA-256>  faasd   ", "${var.sums.faasd}  faasd   "),
  "# <SHA-256>  faas-cli", "${var.sums.faas_cli}  faas-cli")
}

resource "digitalocean_droplet" "calculator" {
  name       = var.name
  image      = "debian-12-x64"
  region     = var.region
  size       = var.size
  ssh_keys   = var.ssh_keys
  monitoring = true
  user_data  = local.cloud_init
}

resource "digitalocean_firewall" "calculator" {
  name        = var.name
  droplet_ids = [digitalocean_droplet.calculator.id]

  dynamic "inbound_rule" {
    for_each = ["22", "80", "443"]
    content {
      protocol         = "tcp"
      port_range       = inbound_rule.value
      source_addresses = ["0.0.0.0/0", "::/0"]
    }
  }
  dynamic "outbound_rule" {
    for_each = ["tcp", "udp"]
    content {
      protocol              = outbound_rule.value
      port_range            = "1-65535"
      destination_addresses = ["0.0.0.0/0", "::/0"]
    }
  }
  outbound_rule {
    protocol              = "icmp"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }
}

resource "digitalocean_record" "calculator" {
  domain = var.domain
  type   = "A"
  name   = var.name
  value  = digitalocean_droplet.calculator.ipv4_address
  ttl    = 300
}

output "address" {
  value = "https://${var.name}.${var.domain}/"
}
