package service

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/action/assistant"
	"github.com/openecs/openecs/internal/action/autoprovisioning"
	"github.com/openecs/openecs/internal/action/bss"
	"github.com/openecs/openecs/internal/action/console"
	"github.com/openecs/openecs/internal/action/dedicatedhost"
	"github.com/openecs/openecs/internal/action/deploymentset"
	"github.com/openecs/openecs/internal/action/dhcpoptions"
	"github.com/openecs/openecs/internal/action/disk"
	"github.com/openecs/openecs/internal/action/eip"
	"github.com/openecs/openecs/internal/action/event"
	"github.com/openecs/openecs/internal/action/havip"
	"github.com/openecs/openecs/internal/action/identity"
	"github.com/openecs/openecs/internal/action/image"
	"github.com/openecs/openecs/internal/action/instance"
	"github.com/openecs/openecs/internal/action/ipv4gateway"
	"github.com/openecs/openecs/internal/action/ipv6gateway"
	"github.com/openecs/openecs/internal/action/keypair"
	"github.com/openecs/openecs/internal/action/launchtemplate"
	"github.com/openecs/openecs/internal/action/location"
	"github.com/openecs/openecs/internal/action/natgateway"
	"github.com/openecs/openecs/internal/action/networkacl"
	"github.com/openecs/openecs/internal/action/networkinterface"
	"github.com/openecs/openecs/internal/action/portrangelist"
	"github.com/openecs/openecs/internal/action/prefixlist"
	pricegroup "github.com/openecs/openecs/internal/action/price"
	"github.com/openecs/openecs/internal/action/region"
	"github.com/openecs/openecs/internal/action/resourcegroup"
	"github.com/openecs/openecs/internal/action/routetable"
	"github.com/openecs/openecs/internal/action/securitygroup"
	"github.com/openecs/openecs/internal/action/snapshot"
	"github.com/openecs/openecs/internal/action/tag"
	"github.com/openecs/openecs/internal/action/vpc"
	"github.com/openecs/openecs/internal/action/vswitch"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// groups are all actions that work, with an object store or without; consoles
// reads those of instances. A new group is a line here. provisioning is one of
// them, which the reconciler has instances made by.
func groups(db *state.DB, cat *catalog.Catalog, prices *price.List, pager *action.Pager, sessions *auth.Sessions, objects bool, consoles console.Reader) (all []action.Group, provisioning *autoprovisioning.Service) {
	instances := &instance.Service{DB: db, Catalog: cat, Prices: prices, Pager: pager}
	provisioning = &autoprovisioning.Service{DB: db, Catalog: cat, Prices: prices, Pager: pager, Launch: instances.Launch}
	return []action.Group{
		instances.Actions(),
		(&disk.Service{DB: db, Catalog: cat, Prices: prices, Pager: pager}).Actions(),
		(&networkinterface.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&keypair.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&launchtemplate.Service{DB: db, Pager: pager}).Actions(),
		(&snapshot.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&securitygroup.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&vpc.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&routetable.Service{DB: db, Pager: pager}).Actions(),
		(&ipv4gateway.Service{DB: db, Pager: pager}).Actions(),
		(&ipv6gateway.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&prefixlist.Service{DB: db, Pager: pager}).Actions(),
		(&portrangelist.Service{DB: db, Pager: pager}).Actions(),
		(&vswitch.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&dhcpoptions.Service{DB: db, Pager: pager}).Actions(),
		(&eip.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&natgateway.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&havip.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&networkacl.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&region.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&image.Service{DB: db, Catalog: cat, Pager: pager, Objects: objects}).Actions(),
		(&tag.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&resourcegroup.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&deploymentset.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&dedicatedhost.Service{DB: db, Catalog: cat, Prices: prices, Pager: pager}).Actions(),
		provisioning.Actions(),
		(&console.Service{DB: db, Consoles: consoles}).Actions(),
		(&event.Service{DB: db, Pager: pager}).Actions(),
		(&identity.Service{Sessions: sessions}).Actions(),
		(&pricegroup.Service{DB: db, Catalog: cat, Prices: prices}).Actions(),
		(&bss.Service{DB: db, Catalog: cat, Prices: prices}).Actions(),
		(&location.Service{Catalog: cat}).Actions(),
		(&assistant.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
	}, provisioning
}

// Supported tells which actions work, without running a service.
func Supported() func(*api.ActionInfo) bool {
	all, _ := groups(nil, nil, nil, nil, nil, false, nil)
	return action.NewMux(all...).Supports
}
