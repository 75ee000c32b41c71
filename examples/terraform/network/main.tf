# A VPC with a vSwitch in each of two zones, a route table of its own, and a NAT gateway with both kinds of entries.
# "run" sets this for the second apply, which must change what there is in its place.
variable "changed" {
  type    = bool
  default = false
}

data "alicloud_zones" "all" {
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "main" {
  vpc_name    = var.changed ? "network-changed" : "network"
  cidr_block  = "10.20.0.0/16"
  description = "made by Terraform"
}

resource "alicloud_vswitch" "main" {
  count        = 2
  vswitch_name = var.changed ? "network-changed-${count.index}" : "network-${count.index}"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = data.alicloud_zones.all.zones[count.index].id
  cidr_block   = cidrsubnet(alicloud_vpc.main.cidr_block, 8, count.index + 1)
}

resource "alicloud_route_table" "main" {
  vpc_id           = alicloud_vpc.main.id
  route_table_name = var.changed ? "network-changed" : "network"
  associate_type   = "VSwitch"
}

resource "alicloud_route_table_attachment" "main" {
  vswitch_id     = alicloud_vswitch.main[1].id
  route_table_id = alicloud_route_table.main.id
}

resource "alicloud_nat_gateway" "main" {
  vpc_id           = alicloud_vpc.main.id
  vswitch_id       = alicloud_vswitch.main[0].id
  nat_gateway_name = var.changed ? "network-changed" : "network"
  nat_type         = "Enhanced"
  payment_type     = "PayAsYouGo"
}

resource "alicloud_eip_address" "main" {
  address_name         = "network"
  bandwidth            = var.changed ? "10" : "5"
  internet_charge_type = "PayByTraffic"
  payment_type         = "PayAsYouGo"
}

resource "alicloud_eip_association" "main" {
  allocation_id = alicloud_eip_address.main.id
  instance_id   = alicloud_nat_gateway.main.id
  instance_type = "Nat"
}

resource "alicloud_snat_entry" "main" {
  snat_table_id     = alicloud_nat_gateway.main.snat_table_ids
  source_vswitch_id = alicloud_vswitch.main[0].id
  snat_ip           = alicloud_eip_address.main.ip_address
  depends_on        = [alicloud_eip_association.main]
}

resource "alicloud_route_entry" "main" {
  route_table_id        = alicloud_route_table.main.id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = alicloud_nat_gateway.main.id
}
