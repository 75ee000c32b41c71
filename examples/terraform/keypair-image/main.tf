# A key pair, an instance with it, and an image of that instance.
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
  vpc_name   = "keypair-image"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_vswitch" "main" {
  vswitch_name = "keypair-image"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = data.alicloud_zones.with_type.zones[0].id
  cidr_block   = "10.20.1.0/24"
}

resource "alicloud_security_group" "main" {
  security_group_name = "keypair-image"
  vpc_id              = alicloud_vpc.main.id
}

data "alicloud_images" "linux" {
  owners      = "system"
  name_regex  = "^aliyun_3_x64_20G"
  most_recent = true
}

resource "alicloud_ecs_key_pair" "main" {
  key_pair_name = "keypair-image"
  public_key    = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDMJcM6s06Yz1Id8UKJhFPyPW/wNE+HX5o/FhdxAv4Yxps3FXxwMF0xh4Q1djh+GkIYRc7kLodt/o5m/2PGm/rI/M3M9nMt8wbG0eFyVrS8bofRksPp7/GabvFvcSPmd68gxVJTIUgy4mpPamrZj2bMgYyf79g5dmIp3fMmc5qyqqB6gToQ1a6+RZ44FikdYn6EPl3Gy/28LwZapac4izBMp340vZuObTHP1OpSJGuGZ6MYDDKMYGI5Y3KEfhdxvsEJXvull0+HqyLVhEYC8If4HfDq9LasBIE6BODVzfA5SfFeern556Z2fogrm9BfuQO7wIVFue1MTKXBoZ4YGHfZ example"
  tags = {
    use = var.changed ? "changed" : "example"
  }
}

resource "alicloud_instance" "main" {
  instance_name        = "keypair-image"
  instance_type        = "ecs.g7.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.main.id
  security_groups      = [alicloud_security_group.main.id]
  system_disk_category = "cloud_essd"
  key_name             = alicloud_ecs_key_pair.main.key_pair_name
}

resource "alicloud_image" "main" {
  # The image's snapshot would stay otherwise, as the real service leaves it.
  delete_auto_snapshot = true
  image_name           = "keypair-image"
  description          = var.changed ? "changed" : "as made"
  instance_id          = alicloud_instance.main.id
}
