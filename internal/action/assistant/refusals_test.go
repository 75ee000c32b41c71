package assistant_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func many(name, value string, n int) (out []string) {
	for i := 1; i <= n; i++ {
		out = append(out, name+"."+strconv.Itoa(i), value)
	}
	return out
}

func names(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("{{n" + strconv.Itoa(i) + "}}")
	}
	return b.String()
}

// ofCommands are the refusals of what CreateCommand and RunCommand have in common.
func ofCommands(kept bool) []actiontest.Refusal {
	limit := 24 << 10
	if kept {
		limit = 18 << 10
	}
	return []actiontest.Refusal{
		{Name: "type", Params: []string{"Type", "RunPerlScript"}, Status: 404, Code: "InvalidCmdType.NotFound"},
		{Name: "name", Params: []string{"Name", strings.Repeat("n", 129)}, Status: 403, Code: "CmdName.ExceedLimit"},
		{Name: "description", Params: []string{"Description", strings.Repeat("d", 513)}, Status: 403, Code: "CmdDesc.ExceedLimit"},
		{Name: "directory", Params: []string{"WorkingDir", "/" + strings.Repeat("d", 200)}, Status: 400, Code: "InvalidParameter.WorkingDir"},
		{Name: "not Base64", Params: []string{"ContentEncoding", "Base64", "CommandContent", "%%%"}, Status: 400, Code: "CmdContent.DecodeError"},
		{Name: "too long", Params: []string{"ContentEncoding", "PlainText", "CommandContent", strings.Repeat("x", limit*3/4+1)}, Status: 403, Code: "CmdContent.ExceedLimit"},
		{Name: "timeout too long", Params: []string{"Timeout", "86401"}, Status: 403, Code: "InvalidTimeout.ExceedLimit"},
		{Name: "timeout zero", Params: []string{"Timeout", "0"}, Status: 400, Code: "InvalidParameter"},
		{Name: "launcher too long", Params: []string{"Launcher", strings.Repeat("l", 1025)}, Status: 403, Code: "InvalidLauncher.LengthLimitExceeded"},
		{Name: "launcher", Params: []string{"Launcher", "python3"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "parameter empty", Params: []string{"EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", "echo {{ }}"}, Status: 400, Code: "CmdParam.EmptyKey"},
		{Name: "parameter name", Params: []string{"EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", "echo {{a b}}"}, Status: 400, Code: "CmdParam.InvalidParamName"},
		{Name: "parameter of nobody", Params: []string{"EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", "echo {{ACS::Nope}}"}, Status: 400, Code: "CmdParam.InvalidParamName"},
		{Name: "parameter too long", Params: []string{"EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", "{{" + strings.Repeat("p", 65) + "}}"}, Status: 403, Code: "CmdParamName.ExceedLimit"},
		{Name: "parameters over 20", Params: []string{"EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", names(21)}, Status: 403, Code: "CmdParamCount.ExceedLimit"},
		{Name: "tags over 20", Params: actiontest.Tags(21), Status: 400, Code: "NumberExceed.Tags"},
		{Name: "tag without key", Params: []string{"Tag.1.Value", "v"}, Status: 400, Code: "MissingParameter.TagKey"},
		{Name: "tag twice", Params: []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, Status: 400, Code: "Duplicate.TagKey"},
		{Name: "tag key", Params: []string{"Tag.1.Key", "aliyun"}, Status: 400, Code: "InvalidTagKey.Malformed"},
		{Name: "tag value", Params: []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, Status: 400, Code: "InvalidTagValue.Malformed"},
		{Name: "resource group", Params: []string{"ResourceGroupId", "rg-x"}, Status: 404, Code: "InvalidResourceGroup.NotFound"},
		{Name: "token", Params: []string{"ClientToken", strings.Repeat("t", 65)}, Status: 400, Code: "InvalidClientToken.Malformed"},
	}
}

// ofRuns are the refusals of what RunCommand and InvokeCommand have in common.
func ofRuns(stopped string) []actiontest.Refusal {
	return []actiontest.Refusal{
		{Name: "instance unknown", Params: []string{"InstanceId.1", "i-x"}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "no instance", Params: []string{"InstanceId.1", ""}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "one does not run", Params: []string{"InstanceId.2", stopped}, Status: 400, Code: "InvalidInstance.NotMatch"},
		{Name: "instances over 100", Params: many("InstanceId", "i-x", 101), Status: 403, Code: "InstanceIds.ExceedLimit"},
		{Name: "repeat mode", Params: []string{"RepeatMode", "Sometimes"}, Status: 404, Code: "InvalidRepeatMode.NotFound"},
		{Name: "no frequency", Params: []string{"RepeatMode", "Period"}, Status: 400, Code: "MissingParam.Frequency"},
		{Name: "frequency", Params: []string{"Frequency", "often"}, Status: 400, Code: "InvalidParam.Frequency"},
		{Name: "frequency past", Params: []string{"Frequency", "at(2020-01-01 00:00:00)"}, Status: 400, Code: "InvalidParam.Frequency"},
		{Name: "frequency within the timeout", Params: []string{"Frequency", "rate(60s)", "Timeout", "60"}, Status: 400, Code: "InvalidParam.Frequency"},
		{Name: "last day of the month", Params: []string{"Frequency", "0 0 0 L * ?"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "dry run", Params: []string{"RepeatMode", "DryRun"}, Status: 400, Code: "DryRunOperation"},
		{Name: "termination mode", Params: []string{"TerminationMode", "Gently"}, Status: 404, Code: "InvalidTerminationMode.NotFound"},
		{Name: "user", Params: []string{"Username", strings.Repeat("u", 256)}, Status: 403, Code: "Username.ExceedLimit"},
		{Name: "password name", Params: []string{"WindowsPasswordName", strings.Repeat("u", 256)}, Status: 403, Code: "WindowsPasswordName.ExceedLimit"},
		{Name: "password", Params: []string{"WindowsPasswordName", "p"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "container", Params: []string{"ContainerId", strings.Repeat("a", 64)}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "container name", Params: []string{"ContainerName", "c"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "delivery", Params: []string{"OssOutputDelivery", "oss://b/p"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "parameters malformed", Params: []string{"Parameters", `{"a":`}, Status: 400, Code: "InvalidParameter.Parameters"},
		{Name: "both instances and tags", Params: []string{"ResourceTag.1.Key", "k"}, Status: 400, Code: "InvalidResourceTag.ConflictWithInstanceIds"},
		{Name: "token", Params: []string{"ClientToken", strings.Repeat("t", 65)}, Status: 400, Code: "InvalidClientToken.Malformed"},
	}
}

// ofParameters are the refusals of values of parameters.
var ofParameters = []actiontest.Refusal{
	{Name: "unknown", Params: []string{"Parameters", `{"other":"x"}`}, Status: 403, Code: "Parameter.NotMatched"},
	{Name: "twice", Params: []string{"Parameters", `{"name":"x","NAME":"y"}`}, Status: 403, Code: "ParameterKey.Duplicate"},
	{Name: "key", Params: []string{"Parameters", `{"` + strings.Repeat("k", 65) + `":"x"}`}, Status: 403, Code: "ParameterKey.ExceedLimit"},
	{Name: "type", Params: []string{"Parameters", `{"name":["x"]}`}, Status: 403, Code: "ParameterType.NotSupported"},
	{Name: "not an object", Params: []string{"Parameters", `["name"]`}, Status: 400, Code: "InvalidParameter.Parameters"},
	{Name: "too long", Params: []string{"Parameters", `{"name":"` + strings.Repeat("v", 18<<10) + `"}`}, Status: 403, Code: "CmdContent.ExceedLimit"},
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id, stopped := s.Running(), s.Stopped()
	create := []string{"RegionId", "cn-hangzhou", "Name", "n", "Type", "RunShellScript", "CommandContent", "ZWNobw=="}
	s.Refusals(t, "CreateCommand", create, ofCommands(true))
	good := []string{"RegionId", "cn-hangzhou", "Type", "RunShellScript", "CommandContent", "echo", "InstanceId.1", id}
	s.Refusals(t, "RunCommand", good, ofCommands(false))
	s.Refusals(t, "RunCommand", append(good, "KeepCommand", "true"), ofCommands(true)[5:6])
	s.Refusals(t, "RunCommand", good, ofRuns(stopped))
	s.Refusals(t, "RunCommand", good, []actiontest.Refusal{
		{Name: "Windows", Params: []string{"Type", "RunPowerShellScript"}, Status: 400, Code: "InvalidInstance.NotMatch"},
		{Name: "batch", Params: []string{"Type", "RunBatScript"}, Status: 400, Code: "InvalidInstance.NotMatch"},
		{Name: "disabled", Params: []string{"Parameters", `{"a":"b"}`}, Status: 400, Code: "Parameter.Disabled"},
	})
	s.Refusals(t, "RunCommand", append(good, "EnableParameter", "true", "CommandContent", "echo {{name}}", "KeepCommand", "true"), ofParameters)
	bare := good[:6]
	s.Refusals(t, "RunCommand", bare, []actiontest.Refusal{
		{Name: "no instance at all", Status: 400, Code: "MissingParam.InstanceId"},
		{Name: "tags over 20", Params: strings.Fields(strings.ReplaceAll(strings.Join(actiontest.Tags(21), " "), "Tag.", "ResourceTag.")), Status: 400, Code: "NumberExceed.ResourceTags"},
		{Name: "no tag key", Params: []string{"ResourceTag.1.Value", "v"}, Status: 400, Code: "MissingParameter.ResourceTagKey"},
		{Name: "tag key", Params: []string{"ResourceTag.1.Key", "acs:x"}, Status: 400, Code: "InvalidResourceTagKey.Malformed"},
		{Name: "tag value", Params: []string{"ResourceTag.1.Key", "k", "ResourceTag.1.Value", "http://x"}, Status: 400, Code: "InvalidResourceTagValue.Malformed"},
		{Name: "tag twice", Params: []string{"ResourceTag.1.Key", "k", "ResourceTag.2.Key", "k"}, Status: 400, Code: "Duplicate.ResourceTagKey"},
		{Name: "no such tag", Params: []string{"ResourceTag.1.Key", "k"}, Status: 400, Code: "InvalidResourceTag.InstanceNotFound"},
	})
	cmd := actiontest.Call[api.CreateCommandResponse](s, "CreateCommand", append(create, "EnableParameter", "true", "ContentEncoding", "PlainText", "CommandContent", "echo {{name}}")...).CommandID
	invoke := []string{"RegionId", "cn-hangzhou", "CommandId", cmd, "InstanceId.1", id}
	s.Refusals(t, "InvokeCommand", invoke, ofRuns(stopped))
	s.Refusals(t, "InvokeCommand", invoke, ofParameters)
	s.Refusals(t, "InvokeCommand", invoke, []actiontest.Refusal{
		{Name: "command", Params: []string{"CommandId", "c-x"}, Status: 404, Code: "InvalidCmdId.NotFound"},
		{Name: "timeout", Params: []string{"Timeout", "90000"}, Status: 403, Code: "InvalidTimeout.ExceedLimit"},
	})
	s.Refusals(t, "ModifyCommand", []string{"RegionId", "cn-hangzhou", "CommandId", cmd}, append(ofCommands(true)[1:4], []actiontest.Refusal{
		{Name: "command", Params: []string{"CommandId", "c-x"}, Status: 404, Code: "InvalidCmdId.NotFound"},
		{Name: "content", Params: []string{"CommandContent", strings.Repeat("x", 18<<10+1)}, Status: 403, Code: "CmdContent.ExceedLimit"},
	}...))
	s.Refuse(404, "InvalidCmdId.NotFound", "", "DeleteCommand", "RegionId", "cn-hangzhou", "CommandId", "c-x")
	s.As(s.Other).Refuse(404, "InvalidCmdId.NotFound", "", "DeleteCommand", "RegionId", "cn-hangzhou", "CommandId", cmd)
	inv := run(s, "true", []string{id})
	s.Refusals(t, "StopInvocation", []string{"RegionId", "cn-hangzhou", "InvokeId", inv}, []actiontest.Refusal{
		{Name: "invocation", Params: []string{"InvokeId", "t-x"}, Status: 404, Code: "InvalidInvokeId.NotFound"},
		{Name: "instance", Params: []string{"InstanceId.1", stopped}, Status: 404, Code: "InvalidInstanceId.NotFound"},
		{Name: "instances over 50", Params: many("InstanceId", id, 51), Status: 403, Code: "InstanceIds.ExceedLimit"},
	})
	for _, list := range []string{"DescribeCommands", "DescribeInvocations", "DescribeInvocationResults", "DescribeSendFileResults", "DescribeCloudAssistantStatus"} {
		rows := []actiontest.Refusal{
			{Name: "page", Params: []string{"PageNumber", "0"}, Status: 400, Code: "InvalidParam.PageNumber"},
			{Name: "size", Params: []string{"PageSize", "51"}, Status: 400, Code: "InvalidParam.PageSize"},
			{Name: "most", Params: []string{"MaxResults", "51"}, Status: 400, Code: "InvalidParameter.MaxResults"},
			{Name: "token", Params: []string{"NextToken", "x"}, Status: 400, Code: "InvalidParameter.NextToken"},
		}
		if list != "DescribeCloudAssistantStatus" {
			rows = append(rows, ofCommands(true)[15:20]...)
		}
		s.Refusals(t, list, []string{"RegionId", "cn-hangzhou"}, rows)
	}
	s.Refusals(t, "DescribeCommands", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{Name: "type", Params: []string{"Type", "x"}, Status: 404, Code: "InvalidCommandType.NotFound"},
		{Name: "name", Params: []string{"Name", strings.Repeat("n", 129)}, Status: 403, Code: "InvalidName.LengthLimitExceeded"},
		{Name: "description", Params: []string{"Description", strings.Repeat("n", 513)}, Status: 403, Code: "InvalidDescription.LengthLimitExceeded"},
	})
	s.Refuse(400, "InvalidParameter", "", "DescribeInvocations", "RegionId", "cn-hangzhou", "IncludeOutput", "true")
	s.Refuse(400, "InvalidParameter", "", "DescribeInvocationResults", "RegionId", "cn-hangzhou", "IncludeHistory", "true")
	s.Refusals(t, "DescribeCloudAssistantStatus", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{Name: "instance", Params: []string{"InstanceId.1", "i-x"}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "instances", Params: many("InstanceId", "i-x", 101), Status: 403, Code: "InstanceIds.ExceedLimit"},
	})
	s.Refusals(t, "InstallCloudAssistant", []string{"RegionId", "cn-hangzhou", "InstanceId.1", id}, []actiontest.Refusal{
		{Name: "instance", Params: []string{"InstanceId.1", "i-x"}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "instances", Params: many("InstanceId", "i-x", 51), Status: 403, Code: "InstanceIds.ExceedLimit"},
	})
	send := []string{"RegionId", "cn-hangzhou", "InstanceId.1", id, "Name", "f", "TargetDir", "/opt", "Content", "x"}
	s.Refusals(t, "SendFile", send, append(ofCommands(true)[15:22], []actiontest.Refusal{
		{Name: "instance", Params: []string{"InstanceId.1", "i-x"}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "does not run", Params: []string{"InstanceId.1", stopped}, Status: 400, Code: "InvalidInstance.NotMatch"},
		{Name: "instances over 50", Params: many("InstanceId", "i-x", 51), Status: 403, Code: "InstanceIds.ExceedLimit"},
		{Name: "name", Params: []string{"Name", strings.Repeat("n", 256)}, Status: 403, Code: "FileName.ExceedLimit"},
		{Name: "name with a slash", Params: []string{"Name", "../f"}, Status: 403, Code: "FileName.ExceedLimit"},
		{Name: "description", Params: []string{"Description", strings.Repeat("n", 513)}, Status: 403, Code: "FileDesc.ExceedLimit"},
		{Name: "directory", Params: []string{"TargetDir", "opt"}, Status: 400, Code: "FileTargetDir.Invalid"},
		{Name: "mode", Params: []string{"FileMode", "0999"}, Status: 400, Code: "FileMode.Invalid"},
		{Name: "owner", Params: []string{"FileOwner", strings.Repeat("n", 65)}, Status: 400, Code: "InvalidParameter.FileOwner"},
		{Name: "group", Params: []string{"FileGroup", strings.Repeat("n", 65)}, Status: 400, Code: "InvalidParameter.FileGroup"},
		{Name: "content type", Params: []string{"ContentType", "Hex"}, Status: 400, Code: "FileContentType.Invalid"},
		{Name: "content", Params: []string{"ContentType", "Base64", "Content", "%"}, Status: 400, Code: "FileContent.DecodeError"},
		{Name: "size", Params: []string{"Content", strings.Repeat("x", 24<<10+1)}, Status: 403, Code: "FileSize.ExceedLimit"},
		{Name: "timeout", Params: []string{"Timeout", "86401"}, Status: 403, Code: "InvalidTimeout.ExceedLimit"},
	}...))
	set := []string{"RegionId", "cn-hangzhou", "SettingType", "AgentUpgradeConfig"}
	s.Refusals(t, "ModifyCloudAssistantSettings", set, []actiontest.Refusal{
		{Name: "setting", Params: []string{"SettingType", "x"}, Status: 400, Code: "InvalidParameter.SettingType"},
		{Name: "window", Params: []string{"AgentUpgradeConfig", `{"AllowedUpgradeWindow":["2-3"]}`}, Status: 400, Code: "InvalidParameter.AllowedUpgradeWindow"},
		{Name: "short", Params: []string{"AgentUpgradeConfig", `{"AllowedUpgradeWindow":["02:00-02:59"]}`}, Status: 400, Code: "InvalidAllowedUpgradeWindow.DurationTooShort"},
		{Name: "none", Params: []string{"AgentUpgradeConfig", `{"Enabled":true}`}, Status: 400, Code: "InvalidAllowedUpgradeWindow.Required"},
		{Name: "six", Params: []string{"AgentUpgradeConfig", `{"AllowedUpgradeWindow":["a","a","a","a","a","a"]}`}, Status: 403, Code: "InvalidAllowedUpgradeWindow.CountLimitExceeded"},
		{Name: "zone", Params: []string{"AgentUpgradeConfig", `{"TimeZone":"Mars/Base"}`}, Status: 400, Code: "InvalidParameter.TimeZone"},
		{Name: "delivery", Params: []string{"SettingType", "InvocationDelivery", "OssDeliveryConfig", `{"Enabled":true}`}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
		{Name: "usage", Params: []string{"ResourceUsageConfig", "x"}, Status: 400, Code: "UnsupportedOperation.NotImplemented"},
	})
	s.Refuse(400, "InvalidParameter.SettingType", "", "DescribeCloudAssistantSettings", "RegionId", "cn-hangzhou", "SettingType.1", "x")
}
