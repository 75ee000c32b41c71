package main

import (
	"slices"
	"strings"
)

// A handShape is what an action looks like where no input says it.
type handShape struct {
	params, response []field
	source           string
}

func str(names ...string) []field {
	var out []field
	for _, n := range names {
		out = append(out, field{Name: n, Type: "string"})
	}
	return out
}

func num(names ...string) []field {
	var out []field
	for _, n := range names {
		out = append(out, field{Name: n, Type: "int"})
	}
	return out
}

func join(lists ...[]field) []field {
	var out []field
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func list(wrapper, element string, fields ...field) field {
	e := field{Name: element, Type: "[]string"}
	if len(fields) > 0 {
		e.Type, e.Fields = "[]struct", fields
	}
	return field{Name: wrapper, Type: "struct", Fields: []field{e}}
}

const laterSDK = "the answer models of later official SDKs; ecs-20140526/v7 v7.5.0 lacks the action"

var handwritten = map[string]handShape{
	"Ecs.CloneDisks": {
		response: str("TaskGroupId"), source: laterSDK,
	},
	"Ecs.CreatePlanMaintenanceWindow": {response: str("PlanWindowId"), source: laterSDK},
	"Ecs.DeletePlanMaintenanceWindow": {response: []field{}, source: laterSDK},
	"Ecs.ModifyPlanMaintenanceWindow": {response: []field{}, source: laterSDK},
	"Ecs.DescribePlanMaintenanceWindows": {
		response: join(num("MaxResults", "TotalCount"), str("NextToken"), []field{{
			Name: "PlanMaintenanceWindowList", Type: "[]struct", Fields: join(
				str("CreateTime", "ModifiedTime", "PlanWindowId", "PlanWindowName", "SupportMaintenanceAction"),
				[]field{
					{Name: "Enable", Type: "bool"},
					{Name: "TargetResource", Type: "struct", Fields: join(str("ResourceGroupId", "Scope"),
						[]field{{Name: "Tags", Type: "[]struct", Fields: str("Key", "Value")}})},
					{Name: "TimePeriod", Type: "struct", Fields: join(str("PeriodUnit"),
						[]field{{Name: "RangeList", Type: "[]struct", Fields: str("EndTime", "StartTime")}})},
				}),
		}}),
		source: laterSDK,
	},
	"Location.DescribeEndpoints": {
		params: []field{
			{Name: "Id", Type: "string", Required: true}, {Name: "ServiceCode", Type: "string", Required: true}, {Name: "Type", Type: "string"},
		},
		response: []field{
			{Name: "Success", Type: "bool"},
			list("Endpoints", "Endpoint", join(str("Endpoint", "Id", "Namespace", "SerivceCode", "ServiceCode", "Type"), []field{list("Protocols", "Protocols")})...),
		},
		source: "what the clients read: the Go and Python SDKs SerivceCode (sic), Python also ServiceCode",
	},
}

// fixes correct single actions after the inputs are merged. The older SDK shares one type, with the fields of all, among
// the answers that use one name; here each keeps what is its own.
var fixes = map[string]func(*action){
	// The documentation's example, Terraform and the older SDK have the system disk's fields beside the others, the newer
	// SDK in a structure of their own. Both are sent.
	"Ecs.DescribeLaunchTemplateVersions": flat("LaunchTemplateVersionSets.LaunchTemplateVersionSet.LaunchTemplateData", "SystemDisk"),

	"Vpc.DescribeVSwitches":         keep("VSwitches.VSwitch.RouteTable", "RouteTableId", "RouteTableType"),
	"Vpc.DescribeVSwitchAttributes": keep("RouteTable", "RouteTableId", "RouteTableType"),
	"Vpc.ListTagResources":          keep("TagResources.TagResource", "ResourceId", "ResourceType", "TagKey", "TagValue"),
	"Tag.ListTagResources":          keep("TagResources", "ResourceARN", "Tags"),
	"BssOpenApi.QueryAccountBalance": keep("Data",
		"AvailableAmount", "AvailableCashAmount", "CreditAmount", "Currency", "MybankCreditAmount"),
	"BssOpenApi.RenewInstance": keep("Data", "OrderId"),
	"BssOpenApi.QueryAvailableInstances": func(a *action) {
		keep("Data", "InstanceList", "PageNum", "PageSize", "TotalCount")(a)
		keep("Data.InstanceList", "CreateTime", "EndTime", "ExpectedReleaseTime", "InstanceID", "OwnerId", "ProductCode",
			"ProductType", "Region", "ReleaseTime", "RenewStatus", "RenewalDuration", "RenewalDurationUnit", "Seller",
			"SellerId", "Status", "StopTime", "SubStatus", "SubscriptionType")(a)
	},
	"BssOpenApi.QueryInstanceBill": keep("Data.Items.Item", "AdjustAmount", "BillAccountID", "BillAccountName",
		"BillingDate", "BillingItem", "BillingType", "BizType", "CashAmount", "CommodityCode", "CostUnit", "Currency",
		"DeductedByCashCoupons", "DeductedByCoupons", "DeductedByPrepaidCard", "DeductedByResourcePackage",
		"InstanceConfig", "InstanceID", "InstanceSpec", "InternetIP", "IntranetIP", "InvoiceDiscount", "Item", "ItemName",
		"ListPrice", "ListPriceUnit", "NickName", "OutstandingAmount", "OwnerID", "PaymentAmount", "PipCode",
		"PretaxAmount", "PretaxGrossAmount", "ProductCode", "ProductDetail", "ProductName", "ProductType", "Region",
		"ResourceGroup", "ServicePeriod", "ServicePeriodUnit", "SubscriptionType", "Tag", "Usage", "UsageUnit", "Zone"),
}

// flat returns a fix that gives what is at a path of the answer the fields of one of its structures as well, under names
// such as SystemDisk.Size.
func flat(path, structure string) func(*action) {
	return func(a *action) {
		fields := fieldsAt(a, path)
		f := find(*fields, structure)
		if f == nil {
			panic("specgen: " + a.Name + " has no " + path + "." + structure)
		}
		for _, sub := range slices.Clone(f.Fields) {
			sub.Name = structure + "." + sub.Name
			*fields = append(*fields, sub)
		}
	}
}

// fieldsAt are the fields of what is at a path of the answer.
func fieldsAt(a *action, path string) *[]field {
	fields := &a.Response
	for part := range strings.SplitSeq(path, ".") {
		f := find(*fields, part)
		if f == nil {
			panic("specgen: " + a.Name + " has no " + path)
		}
		fields = &f.Fields
	}
	return fields
}

// keep returns a fix that leaves only the named fields of what is at a path of the answer.
func keep(path string, names ...string) func(*action) {
	return func(a *action) {
		fields := fieldsAt(a, path)
		for _, n := range names {
			if find(*fields, n) == nil {
				panic("specgen: " + a.Name + " has no " + path + "." + n)
			}
		}
		*fields = slices.DeleteFunc(*fields, func(f field) bool { return !slices.Contains(names, f.Name) })
	}
}
