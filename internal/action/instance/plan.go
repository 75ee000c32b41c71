package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// plan is a creation that has been checked: what to write, with nothing left
// to decide but what can race.
type plan struct {
	amount, min int
	zone        *catalog.Zone
	typ         *catalog.Type
	image       *image.Source
	windows     bool

	network ecs.NetworkType
	vpc     ecs.Key
	vswitch ecs.Key
	prefix  ecs.Prefix
	groups  []ecs.Key
	ip      ecs.IPv4 // the address asked for, of the first instance
	prefix6 ecs.Prefix6
	six     network.Wish6 // IPv6 addresses of each instance
	main    card          // what else is said of the primary interface
	cards   []card        // the secondary interfaces of each instance

	system disk
	data   []disk

	record ecs.Instance // what all instances have in common; symbols are filled in when stored
	tags   []api.Tag
	names  naming
	role   string // the instance RAM role
	secret *ecs.Secret
	spot   ecs.Spot // of spot instances
	key    string   // the name of the key pair

	resourceGroup string // the identifier of the group that all instances belong to; "" is the default one

	seats   *compute.Seats // of the deployment set; nil: none
	hosting *hosting       // on dedicated hosts; nil: on none

	start  bool      // RunInstances: to Running, CreateInstance: to Stopped
	public bool      // a public address at once
	price  ecs.Money // of one instance: for its whole period, or for an hour
	market *compute.Spot
}

// disk is a disk to create. A size of 0 never leaves the planner.
type disk struct {
	block.Spec
	name, description string
	device            string
	keep              bool // DeleteWithInstance=false
	encrypted         bool
	policy            ecs.Key // its automatic snapshot policy
}

// planner checks a request step by step. The order is that of the real
// service as far as it is known: format, then what does not exist (404), then
// what does not fit together (400), then state, quota and stock (403).
type planner struct {
	s     *Service
	c     *action.Call
	in    *api.RunInstancesRequest
	old   *api.CreateInstanceRequest // nil for RunInstances
	snap  *state.Snapshot
	disks []*api.RunInstancesRequestDataDisk                 // asked for; the system disk first
	keep  bool                                               // a launch template keeps the system disk: SystemDisk.DeleteWithInstance=false
	of    map[*api.RunInstancesRequestDataDisk]ecs.ImageDisk // of the image, those that have content of it
	plan  plan
}

func (s *Service) plan(c *action.Call, snap *state.Snapshot, in *api.RunInstancesRequest, old *api.CreateInstanceRequest) (*plan, error) {
	p := &planner{s: s, c: c, in: in, old: old, snap: snap}
	p.plan.start, p.plan.market = old == nil, s.spot()
	if err := p.template(); err != nil {
		return nil, err
	}
	if err := p.primary(); err != nil {
		return nil, err
	}
	p.plan.resourceGroup = p.in.ResourceGroupID
	for _, step := range [...]func(*planner) error{
		// What the request alone tells.
		(*planner).counts,
		(*planner).required,
		(*planner).options,
		(*planner).texts,
		(*planner).tags,
		(*planner).charge,
		(*planner).bid,
		(*planner).bandwidth,
		(*planner).secrets,
		(*planner).addresses,
		(*planner).diskFormats,
		// What it refers to.
		(*planner).unsupported,
		(*planner).hosts,
		(*planner).deployment,
		(*planner).references,
		(*planner).zone,
		(*planner).image,
		(*planner).ioOptimized,
		(*planner).logins,
		// Whether that goes together, and is to be had.
		(*planner).fit,
		(*planner).place,
		(*planner).interfaces,
		(*planner).guest,
		(*planner).placeDisks,
		(*planner).deploymentRoom,
		(*planner).hostRoom,
		(*planner).market,
		(*planner).outbid,
		(*planner).supply,
	} {
		if err := step(p); err != nil {
			return nil, err
		}
	}
	return &p.plan, nil
}

// number is the value of an optional number, or what it is when absent.
func number(n *int, absent int) int {
	if n == nil {
		return absent
	}
	return *n
}
