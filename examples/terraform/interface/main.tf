# An instance with a secondary interface that has addresses of its own.
# "run" sets this for the second apply, which must change what there is in its place.
variable "changed" {
  type    = bool
  default = false
}

data "alicloud_zones" "with_type" {
  available_instance_type     = "ecs.g7.large"
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "main" {
  vpc_name   = "interface"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_vswitch" "main" {
  vswitch_name = "interface"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = data.alicloud_zones.with_type.zones[0].id
  cidr_block   = "10.20.1.0/24"
}

resource "alicloud_security_group" "main" {
  security_group_name = "interface"
  vpc_id              = alicloud_vpc.main.id
}

data "alicloud_images" "linux" {
  owners      = "system"
  name_regex  = "^aliyun_3_x64_20G"
  most_recent = true
}

resource "alicloud_instance" "main" {
  instance_name        = "interface"
  instance_type        = "ecs.g7.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.main.id
  security_groups      = [alicloud_security_group.main.id]
  system_disk_category = "cloud_essd"
  private_ip           = "10.20.1.10" # one that is drawn may be one that the interface wants later
}

resource "alicloud_ecs_network_interface" "main" {
  network_interface_name = var.changed ? "interface-changed" : "interface"
  vswitch_id             = alicloud_vswitch.main.id
  security_group_ids     = [alicloud_security_group.main.id]
  primary_ip_address     = "10.20.1.200"
  private_ip_addresses   = var.changed ? ["10.20.1.202", "10.20.1.203"] : ["10.20.1.202"]
}

resource "alicloud_ecs_network_interface_attachment" "main" {
  instance_id          = alicloud_instance.main.id
  network_interface_id = alicloud_ecs_network_interface.main.id
}
