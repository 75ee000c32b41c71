# A launch template, and an instance from it.
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
  vpc_name   = "template"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_vswitch" "main" {
  vswitch_name = "template"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = data.alicloud_zones.with_type.zones[0].id
  cidr_block   = "10.20.1.0/24"
}

resource "alicloud_security_group" "main" {
  security_group_name = "template"
  vpc_id              = alicloud_vpc.main.id
}

data "alicloud_images" "linux" {
  owners      = "system"
  name_regex  = "^aliyun_3_x64_20G"
  most_recent = true
}

resource "alicloud_ecs_launch_template" "main" {
  launch_template_name = "template"
  description          = "made by Terraform"
  instance_name        = "from-template"
  instance_type        = var.changed ? "ecs.g7.xlarge" : "ecs.g7.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vpc_id               = alicloud_vpc.main.id
  vswitch_id           = alicloud_vswitch.main.id
  security_group_id    = alicloud_security_group.main.id
  instance_charge_type = "PostPaid"
  network_type         = "vpc"

  system_disk {
    category             = "cloud_essd"
    size                 = 40
    name                 = "system"
    delete_with_instance = true
  }

  data_disks {
    name                 = "logs"
    category             = "cloud_essd"
    size                 = 20
    delete_with_instance = true
  }
}
