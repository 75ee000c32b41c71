# Two security groups whose rules refer to each other. Without nic_type this provider asks for the rules of NicType
# "<nil>", which is refused.
# "run" sets this for the second apply, which must change what there is in its place.
variable "changed" {
  type    = bool
  default = false
}

resource "alicloud_vpc" "main" {
  vpc_name   = "groups"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_security_group" "web" {
  security_group_name = var.changed ? "web-changed" : "web"
  description         = "what is reached from outside"
  vpc_id              = alicloud_vpc.main.id
  inner_access_policy = var.changed ? "Drop" : "Accept"
}

resource "alicloud_security_group" "db" {
  security_group_name = "db"
  vpc_id              = alicloud_vpc.main.id
}

resource "alicloud_security_group_rule" "https" {
  security_group_id = alicloud_security_group.web.id
  type              = "ingress"
  nic_type          = "intranet"
  ip_protocol       = "tcp"
  port_range        = "443/443"
  policy            = "accept"
  priority          = 1
  cidr_ip           = "0.0.0.0/0"
  description       = var.changed ? "changed" : "from everywhere"
}

resource "alicloud_security_group_rule" "web_to_db" {
  security_group_id        = alicloud_security_group.db.id
  type                     = "ingress"
  nic_type                 = "intranet"
  ip_protocol              = "tcp"
  port_range               = "5432/5432"
  source_security_group_id = alicloud_security_group.web.id
}

resource "alicloud_security_group_rule" "db_to_web" {
  security_group_id        = alicloud_security_group.web.id
  type                     = "ingress"
  nic_type                 = "intranet"
  ip_protocol              = "tcp"
  port_range               = "8080/8080"
  source_security_group_id = alicloud_security_group.db.id
}

resource "alicloud_security_group_rule" "no_mail" {
  security_group_id = alicloud_security_group.web.id
  type              = "egress"
  nic_type          = "intranet"
  ip_protocol       = "tcp"
  port_range        = "25/25"
  policy            = "drop"
  priority          = 10
  cidr_ip           = "0.0.0.0/0"
}

resource "alicloud_ecs_prefix_list" "office" {
  prefix_list_name = var.changed ? "office-changed" : "office"
  address_family   = "IPv4"
  max_entries      = 3

  entry {
    cidr        = "192.0.2.0/24"
    description = "documentation"
  }
}

resource "alicloud_security_group_rule" "office" {
  security_group_id = alicloud_security_group.db.id
  type              = "ingress"
  nic_type          = "intranet"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  prefix_list_id    = alicloud_ecs_prefix_list.office.id
}
