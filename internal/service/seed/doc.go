// Package seed fills a service from a readable file, and writes one of what a
// service holds.
//
// The file has a list for each kind of resource. What is written in an entry as
// the API spells it (VpcName, CidrBlock) is a parameter of the action that makes
// the resource, all of them; what is written small (id, created, status) is of
// the file. A parameter that names another resource may give its name in the
// file instead of its id.
//
//	version: 1
//	region: cn-hangzhou
//	vpcs:
//	  - {VpcName: main, CidrBlock: 192.168.0.0/16}
//	vswitches:
//	  - {VSwitchName: a, VpcId: main, ZoneId: cn-hangzhou-h, CidrBlock: 192.168.0.0/24}
//	security-groups:
//	  - SecurityGroupName: web
//	    VpcId: main
//	    rules:
//	      - {IpProtocol: tcp, PortRange: 80/80, SourceCidrIp: 0.0.0.0/0}
//	instances:
//	  - {InstanceName: web-1, InstanceType: ecs.g7.large, ImageId: aliyun_3_x64_20G_alibase_20240819.vhd,
//	     VSwitchId: a, SecurityGroupId: web, SystemDisk: {Category: cloud_essd}, status: Stopped, Tag: {team: shop}}
//
// Loading runs the actions themselves, on a service of its own whose clock shows
// the times in the file, so an entry is checked as a request is. That service's
// tables then become another's in one transaction: all of a file, or nothing.
package seed
