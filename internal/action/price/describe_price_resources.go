package price

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/price"
)

// disk prices a disk, which is paid as it is used.
func (s *Service) disk(in *api.DescribePriceRequest, t price.Term) (price.Quote, error) {
	if t != price.Hour {
		return price.Quote{}, badUnit()
	}
	if len(in.DataDisk) == 0 || in.DataDisk[0].Category == "" {
		return price.Quote{}, noCategory()
	}
	var w price.Want
	for i := range in.DataDisk {
		d, err := s.dataDisk(&in.DataDisk[i])
		if err != nil {
			return price.Quote{}, err
		}
		w.Data = append(w.Data, d)
	}
	return s.Prices.Quote(w, t)
}

func noCategory() error {
	return api.Errorf(api.CodeInvalidDiskCategoryMissing, "The DataDisk.N.Category must be specified.").WithStatus(404)
}

// dataDisk checks a disk whose category is settled.
func (s *Service) dataDisk(in *api.DescribePriceRequestDataDisk) (price.Disk, error) {
	spec := block.Spec{Category: in.Category, Level: in.PerformanceLevel}
	if in.Size != nil {
		spec.SizeGiB = *in.Size
	}
	if in.ProvisionedIops != nil {
		spec.IOPS = *in.ProvisionedIops
	}
	if !block.KnownCategory(s.Catalog, spec.Category) {
		return price.Disk{}, api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, `The specified parameter "DataDisk.n.Category" is not valid.`)
	}
	switch spec.Check(s.Catalog, false) {
	case nil:
		return price.Disk{Category: spec.Category, Level: spec.Level, GiB: spec.SizeGiB, IOPS: int(spec.IOPS)}, nil
	case block.ErrLevel:
		return price.Disk{}, action.Invalid("DataDisk.N.PerformanceLevel")
	case block.ErrNoIOPS, block.ErrIOPS:
		return price.Disk{}, action.Invalid("DataDisk.N.ProvisionedIops")
	}
	return price.Disk{}, api.Errorf(api.CodeInvalidDataDiskSizeValueNotSupported, "The specified DataDisk.n.Size beyond the permitted range.")
}

// performance prices the provisioned IOPS of a cloud_auto disk.
func (s *Service) performance(in *api.DescribePriceRequest, t price.Term) (price.Quote, error) {
	switch {
	case t != price.Hour:
		return price.Quote{}, badUnit()
	case len(in.DataDisk) == 0 || in.DataDisk[0].Category == "":
		return price.Quote{}, noCategory()
	case in.DataDisk[0].Category != "cloud_auto":
		return price.Quote{}, api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, `The specified parameter "DataDisk.n.Category" is not valid.`)
	}
	n := in.DataDisk[0].ProvisionedIops
	if n == nil || *n < 1 || *n > 50_000 {
		return price.Quote{}, action.Invalid("DataDisk.1.ProvisionedIops")
	}
	return s.Prices.Performance(int(*n))
}

// traffic prices a GB of public traffic: bandwidth alone is priced no other way.
func (s *Service) traffic(in *api.DescribePriceRequest, t price.Term) (price.Quote, error) {
	if t != price.Hour {
		return price.Quote{}, badUnit()
	}
	charge, _, err := bandwidth(in, t)
	if err != nil {
		return price.Quote{}, err
	}
	if charge != ecs.PayByTraffic {
		return price.Quote{}, badCharge()
	}
	m, err := s.Prices.Traffic()
	return price.Quote{Lines: []price.Line{{Resource: "bandwidth", Original: m}}}, err
}

func badCharge() error {
	return api.Errorf(api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified InternetChargeType is not valid.")
}

// bandwidth reads what public bandwidth is asked for, and how it is paid.
func bandwidth(in *api.DescribePriceRequest, t price.Term) (charge ecs.InternetCharge, mbits int, err error) {
	charge, ok := ecs.ParseInternetCharge(in.InternetChargeType)
	if !ok {
		return 0, 0, badCharge()
	}
	if !action.OneOf(in.Isp, "BGP") {
		return 0, 0, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no ISP but BGP.")
	}
	most := 100
	if t != price.Hour && charge == ecs.PayByBandwidth {
		most = 200
	}
	if in.InternetMaxBandwidthOut != nil {
		mbits = *in.InternetMaxBandwidthOut
	}
	if mbits < 0 || mbits > most {
		return 0, 0, api.Errorf(api.CodeInvalidInternetMaxBandwidthOutValueNotSupported, "The specified InternetMaxBandwidthOut is beyond the permitted range.")
	}
	return charge, mbits, nil
}

// host prices a dedicated host.
func (s *Service) host(in *api.DescribePriceRequest, t price.Term) (price.Quote, error) {
	if in.DedicatedHostType == "" {
		return price.Quote{}, api.Errorf(api.CodeMissingParameter, `The input parameter "DedicatedHostType" that is mandatory for processing this request is not supplied.`)
	}
	if _, ok := s.Catalog.HostType(in.DedicatedHostType); !ok {
		return price.Quote{}, api.Errorf(api.CodeInvalidDedicatedHostTypeValueNotSupported, "The specified DedicatedHostType does not exist or beyond the permitted range.")
	}
	return s.Prices.Quote(price.Want{Host: in.DedicatedHostType}, t)
}
