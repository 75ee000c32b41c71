# An instance with two data disks and an elastic IP.
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
  vpc_name   = "instance"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_vswitch" "main" {
  vswitch_name = "instance"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = data.alicloud_zones.with_type.zones[0].id
  cidr_block   = "10.20.1.0/24"
}

resource "alicloud_security_group" "main" {
  security_group_name = "instance"
  vpc_id              = alicloud_vpc.main.id
}

data "alicloud_images" "linux" {
  owners      = "system"
  name_regex  = "^aliyun_3_x64_20G"
  most_recent = true
}

resource "alicloud_instance" "main" {
  instance_name              = var.changed ? "instance-changed" : "instance"
  host_name                  = "web"
  instance_type              = "ecs.g7.large"
  image_id                   = data.alicloud_images.linux.images[0].id
  vswitch_id                 = alicloud_vswitch.main.id
  security_groups            = [alicloud_security_group.main.id]
  system_disk_category       = "cloud_essd"
  system_disk_size           = 40
  internet_max_bandwidth_out = 0
  user_data                  = base64encode("#!/bin/sh\necho hello\n")
  tags = {
    use = var.changed ? "changed" : "web"
  }

  data_disks {
    name                 = "logs"
    size                 = 20
    category             = "cloud_essd"
    delete_with_instance = true
  }
}

resource "alicloud_ecs_disk" "main" {
  disk_name            = var.changed ? "instance-changed" : "instance"
  zone_id              = alicloud_vswitch.main.zone_id
  category             = "cloud_essd"
  size                 = var.changed ? 40 : 20
  delete_with_instance = false
}

resource "alicloud_ecs_disk_attachment" "main" {
  disk_id     = alicloud_ecs_disk.main.id
  instance_id = alicloud_instance.main.id
}

resource "alicloud_eip_address" "main" {
  address_name         = "instance"
  bandwidth            = var.changed ? "10" : "5"
  internet_charge_type = "PayByTraffic"
  payment_type         = "PayAsYouGo"
}

resource "alicloud_eip_association" "main" {
  allocation_id = alicloud_eip_address.main.id
  instance_id   = alicloud_instance.main.id
}
