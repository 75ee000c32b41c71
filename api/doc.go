// Package api is the wire of OpenECS: the request and answer of every action with generated codecs, the registry of
// actions, and the one error type with its codes. It is public and uses the standard library only; everything in the
// project may import it, and it imports nothing of the project.
//
// # Names
//
// The request of an action is <Action>Request, its answer <Action>Response, with the action as the service spells it:
// CreateVpcRequest. What is nested is named by its path without the list wrappers, in Go's spelling:
// CreateInstanceRequestDataDisk, DescribeInstancesInstance, DescribeVpcsVPC. Where two products share an action name
// ECS has the plain one and the others their product before it (VPCTagResourcesRequest), except that of the VPC and
// elastic IP actions that ECS once had the VPC product has the plain one.
//
// # Absent and empty
//
// In a request a string is "" when absent; Params.Has tells the two apart. Numbers and booleans are pointers. In an
// answer everything is a value and everything is sent, lists as [] when empty, save the few fields that the service
// sends only when they have a value: NextToken, OrderId, TradePrice, Code.
//
// # Memory
//
// Strings that Params holds and requests are filled with share the memory of the request they came in. Clone what is
// kept beyond the request.
package api

//go:generate go run ../internal/apigen
