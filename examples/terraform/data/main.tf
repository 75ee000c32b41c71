# What can be rented: data sources only, and a group to hang the answers on.
# "run" sets this for the second apply, which must change what there is in its place.
variable "changed" {
  type    = bool
  default = false
}

data "alicloud_regions" "current" {
  current = true
}

data "alicloud_caller_identity" "current" {}

data "alicloud_zones" "all" {}

data "alicloud_zones" "with_type" {
  available_instance_type = "ecs.g7.large"
  available_disk_category = "cloud_essd"
}

data "alicloud_instance_types" "small" {
  cpu_core_count    = 2
  memory_size       = 8
  availability_zone = data.alicloud_zones.with_type.zones[0].id
}

data "alicloud_images" "linux" {
  owners      = "system"
  name_regex  = "^aliyun_3_x64_20G"
  most_recent = true
}

data "alicloud_resource_manager_resource_groups" "all" {}

resource "alicloud_vpc" "main" {
  vpc_name    = "data"
  cidr_block  = "10.20.0.0/16"
  description = var.changed ? "changed" : "as made"
  tags = {
    account = data.alicloud_caller_identity.current.account_id
    region  = data.alicloud_regions.current.regions[0].id
    zone    = data.alicloud_zones.all.zones[0].id
    type    = data.alicloud_instance_types.small.instance_types[0].id
    image   = data.alicloud_images.linux.images[0].id
    groups  = length(data.alicloud_resource_manager_resource_groups.all.groups)
  }
}
