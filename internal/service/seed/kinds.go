package seed

import "github.com/openecs/openecs/internal/ecs"

// kind is a list of the file.
type kind struct {
	list    string
	version string // of the action's product
	action  string
	name    string // the parameter that is its name
	answer  string // where the answer has the id; "" where names are ids
	refers  string // parameters of this name refer to one
	of      ecs.Kind
	small   []string // fields of the file
}

const (
	ecsVersion = "2014-05-26"
	vpcVersion = "2016-04-28"
)

// kinds are in the order in which they are made at one instant.
var kinds = []kind{
	{"vpcs", vpcVersion, "CreateVpc", "VpcName", "VpcId", "VpcId", ecs.KindVPC, nil},
	{"vswitches", vpcVersion, "CreateVSwitch", "VSwitchName", "VSwitchId", "VSwitchId", ecs.KindVSwitch, nil},
	{"security-groups", ecsVersion, "CreateSecurityGroup", "SecurityGroupName", "SecurityGroupId", "SecurityGroupId", ecs.KindSecurityGroup, []string{"rules"}},
	{"key-pairs", ecsVersion, "ImportKeyPair", "KeyPairName", "", "KeyPairName", ecs.KindKeyPair, nil},
	{"instances", ecsVersion, "RunInstances", "InstanceName", "InstanceIdSets.InstanceIdSet", "InstanceId", ecs.KindInstance, []string{"status", "started", "interface", "disks", "address"}},
	{"disks", ecsVersion, "CreateDisk", "DiskName", "DiskId", "DiskId", ecs.KindDisk, []string{"attach"}},
	{"images", ecsVersion, "CreateImage", "ImageName", "ImageId", "ImageId", ecs.KindImage, nil},
	{"eips", vpcVersion, "AllocateEipAddress", "Name", "AllocationId", "AllocationId", ecs.KindEIP, []string{"address", "associate"}},
}
