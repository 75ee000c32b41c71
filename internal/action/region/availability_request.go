package region

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/state"
)

// The kinds of resource that DescribeAvailableResource can be asked for, each
// needing no fewer parameters than the one before.
const (
	destZone         = "Zone"
	destIOOptimized  = "IoOptimized"
	destInstanceType = "InstanceType"
	destNetwork      = "Network"
	destSystemDisk   = "SystemDisk"
	destDataDisk     = "DataDisk"
)

// The values of NetworkCategory and of IoOptimized.
const (
	vpc            = "vpc"
	classicNetwork = "classic"
	optimized      = "optimized"
	notOptimized   = "none"
)

// availability is a checked request.
type availability struct {
	catalog     *catalog.Catalog
	view        state.View // nil: the stock is not on record
	region      *catalog.Region
	zones       []*catalog.Zone // those to tell about
	all         []*catalog.Zone // of the region
	destination string
	disksAlone  bool          // ResourceType=disk: whatever the instance
	named       *catalog.Type // nil: any
	cores       int           // 0: any
	memory      float64       // GiB, 0: any
	io          string        // optimized, none, or empty: any
	network     string        // vpc, classic, or empty: any
	system      string        // disk category, or empty: any
	data        string
}

// required is how this action refuses a request that lacks what its
// DestinationResource needs: 400 Invalid.Param.
func required(name string) error {
	return api.Errorf(api.CodeInvalidParam, "The input parameter %s that is mandatory for processing this request is not supplied.", name)
}

func (s *Service) newAvailability(c *action.Call, in *api.DescribeAvailableResourceRequest) (*availability, error) {
	if c.Region == nil {
		return nil, api.Errorf(api.CodeInvalidRegionIdNotFound, "The RegionId provided does not exist in our records.")
	}
	q := &availability{catalog: s.Catalog, view: s.stocked(), region: c.Region, all: s.Catalog.Zones(c.Region.ID), destination: in.DestinationResource}
	for _, step := range [...]func(*api.DescribeAvailableResourceRequest) error{
		q.readKind, q.readBilling, q.readZone, q.readType, q.readInstance, q.readDisks, q.readRequired,
	} {
		if err := step(in); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// readKind reads what is asked for.
func (q *availability) readKind(in *api.DescribeAvailableResourceRequest) error {
	switch in.DestinationResource {
	case destZone, destIOOptimized, destInstanceType, destNetwork, destSystemDisk, destDataDisk:
	case "ddh":
		return notSold("Dedicated hosts")
	default:
		return api.Errorf(api.CodeInvalidDestinationResource, "The specified DestinationResource is not valid.")
	}
	if in.Scope != "" && in.Scope != "Region" && in.Scope != "Zone" {
		return api.Errorf(api.CodeInvalidParameterScope, "The specified parameter Scope is invalid.")
	}
	switch strings.ToLower(in.ResourceType) {
	case "", "instance":
	case "disk":
		q.disksAlone = true
	case "reservedinstance":
		return notSold("Reserved instances")
	case "ddh":
		return notSold("Dedicated hosts")
	default:
		return api.Errorf(api.CodeInvalidResourceType, "The ResourceType provided does not exist in our records.")
	}
	if in.DedicatedHostID != "" {
		return api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist.")
	}
	return nil
}

func notSold(what string) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "%s are not supported by this OpenECS service.", what)
}

// readBilling checks the billing method. All is sold under both, and as spot
// instances. The strategy counts for pay-as-you-go only, the protection period for
// spot instances only.
func (q *availability) readBilling(in *api.DescribeAvailableResourceRequest) error {
	charge := strings.ToLower(in.InstanceChargeType)
	if charge != "" && charge != "prepaid" && charge != "postpaid" {
		return api.Errorf(api.CodeInvalidInstanceChargeType, "The specified InstanceChargeType is not valid.")
	}
	switch in.SpotStrategy {
	case "", "NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo":
	default:
		return api.Errorf(api.CodeInvalid_SpotStrategy, "The specified SpotStrategy is not valid.")
	}
	if d := in.SpotDuration; d != nil && (*d < 0 || *d > 6) {
		return action.Invalid("SpotDuration")
	}
	return nil
}

func (q *availability) readZone(in *api.DescribeAvailableResourceRequest) error {
	if q.zones = q.all; in.ZoneID == "" {
		return nil
	}
	z, ok := q.catalog.Zone(in.ZoneID)
	if !ok || z.Region != q.region {
		return api.Errorf(api.CodeInvalidZoneIdNotFound, "The ZoneId provided does not exist in our records.")
	}
	q.zones = []*catalog.Zone{z}
	return nil
}

func (q *availability) readType(in *api.DescribeAvailableResourceRequest) error {
	if in.InstanceType != "" {
		if in.Cores != nil || in.Memory != nil {
			return api.Errorf(api.CodeInvalidParamTypeAndCpuMemConflict, "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time.")
		}
		var ok bool
		if q.named, ok = q.catalog.Type(in.InstanceType); !ok {
			return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType does not exist or beyond the permitted range.")
		}
	}
	if in.Cores != nil {
		if q.destination != destInstanceType {
			return api.Errorf(api.CodeInvalidParamCores, "The specified parameter 'Cores' should be empty.")
		}
		if q.cores = *in.Cores; q.cores < 1 {
			return action.Invalid("Cores")
		}
	}
	if in.Memory != nil {
		if q.destination != destInstanceType {
			return api.Errorf(api.CodeInvalidParamMemory, "The specified parameter 'Memory' should be empty.")
		}
		if q.memory = *in.Memory; q.memory <= 0 {
			return action.Invalid("Memory")
		}
	}
	return nil
}

// readInstance reads the kind of instance. Without IoOptimized it is optimized,
// unless that is what is asked for or the named type cannot be.
func (q *availability) readInstance(in *api.DescribeAvailableResourceRequest) error {
	switch in.IOOptimized {
	case "":
		if q.destination != destIOOptimized && (q.named == nil || canBe(q.named, true)) {
			q.io = optimized
		}
	case optimized, notOptimized:
		q.io = in.IOOptimized
	default:
		return api.Errorf(api.CodeInvalidIoOptimized, "The specified IoOptimized is not valid.")
	}
	switch q.network = strings.ToLower(in.NetworkCategory); q.network {
	case "", vpc, classicNetwork:
	default:
		return api.Errorf(api.CodeInvalidNetworkCategory, "The specified NetworkCategory is not valid.")
	}
	return nil
}

// readDisks reads the categories. Local disks are documented values, but no
// disk can be created in them.
func (q *availability) readDisks(in *api.DescribeAvailableResourceRequest) error {
	known := func(category string) bool {
		return category == "" || category == "ephemeral_ssd" || slices.Contains(q.catalog.DiskCategories(), category)
	}
	if !known(in.SystemDiskCategory) {
		return action.Invalid("SystemDiskCategory")
	}
	if !known(in.DataDiskCategory) {
		return action.Invalid("DataDiskCategory")
	}
	q.system, q.data = in.SystemDiskCategory, in.DataDiskCategory
	return nil
}

// readRequired: the disks of an instance depend on its type.
func (q *availability) readRequired(*api.DescribeAvailableResourceRequest) error {
	if (q.destination == destSystemDisk || q.destination == destDataDisk) && !q.disksAlone && q.named == nil {
		return required("InstanceType")
	}
	return nil
}
