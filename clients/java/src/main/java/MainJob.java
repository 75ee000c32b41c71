import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.IAcsClient;
import com.aliyuncs.ecs.model.v20140526.AllocatePublicIpAddressRequest;
import com.aliyuncs.ecs.model.v20140526.CreateInstanceRequest;
import com.aliyuncs.ecs.model.v20140526.CreateSecurityGroupRequest;
import com.aliyuncs.ecs.model.v20140526.CreateVSwitchRequest;
import com.aliyuncs.ecs.model.v20140526.CreateVpcRequest;
import com.aliyuncs.ecs.model.v20140526.DeleteInstanceRequest;
import com.aliyuncs.ecs.model.v20140526.DescribeInstancesRequest;
import com.aliyuncs.ecs.model.v20140526.DescribeInstancesResponse.Instance;
import com.aliyuncs.ecs.model.v20140526.DescribeRegionsRequest;
import com.aliyuncs.ecs.model.v20140526.DescribeVpcsRequest;
import com.aliyuncs.ecs.model.v20140526.StartInstanceRequest;
import com.aliyuncs.ecs.model.v20140526.StopInstanceRequest;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.profile.DefaultProfile;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The main job with aliyun-java-sdk-ecs: MainJob [host:port].
 *
 * <p>Without an address the SDK finds the service by itself, as it would on Alibaba Cloud. The key is
 * ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET of the environment.
 */
public class MainJob {
  static final String REGION = "cn-hangzhou";
  static final String ZONE = "cn-hangzhou-k";
  static final String TYPE = "ecs.g7.large";
  static final String IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd";

  static IAcsClient client;

  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      DefaultProfile.addEndpoint(REGION, "Ecs", args[0]);
    }
    client = new DefaultAcsClient(DefaultProfile.getProfile(
        REGION, System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), System.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")));
    try {
      job();
    } finally {
      client.shutdown();
    }
  }

  static void job() throws Exception {
    var regions = client.getAcsResponse(new DescribeRegionsRequest()).getRegions();
    check(regions.size() >= 20 && regions.stream().anyMatch(r -> r.getRegionId().equals(REGION)), "regions: " + regions.size());

    var vpc = new CreateVpcRequest();
    vpc.setCidrBlock("172.16.0.0/12");
    String vpcId = client.getAcsResponse(vpc).getVpcId();
    var vpcs = new DescribeVpcsRequest();
    vpcs.setVpcId(vpcId);
    until("the VPC", () -> client.getAcsResponse(vpcs).getVpcs().get(0).getStatus().equals("Available") ? vpcId : null);
    var vswitch = new CreateVSwitchRequest();
    vswitch.setVpcId(vpcId);
    vswitch.setZoneId(ZONE);
    vswitch.setCidrBlock("172.16.1.0/24");
    String vswitchId = client.getAcsResponse(vswitch).getVSwitchId();
    var group = new CreateSecurityGroupRequest();
    group.setVpcId(vpcId);
    String groupId = client.getAcsResponse(group).getSecurityGroupId();

    refused("InvalidImageId.NotFound", () -> client.getAcsResponse(create("no-such-image", groupId, vswitchId)));
    String id = client.getAcsResponse(create(IMAGE, groupId, vswitchId)).getInstanceId();
    await(id, "Stopped");
    var stop = new StopInstanceRequest();
    stop.setInstanceId(id);
    refused("IncorrectInstanceStatus", () -> client.getAcsResponse(stop));
    var start = new StartInstanceRequest();
    start.setInstanceId(id);
    client.getAcsResponse(start);
    await(id, "Running");
    var allocate = new AllocatePublicIpAddressRequest();
    allocate.setInstanceId(id);
    String address = client.getAcsResponse(allocate).getIpAddress();

    Instance seen = instances(id).get(0);
    check(seen.getPublicIpAddress().equals(List.of(address)), "public addresses: " + seen.getPublicIpAddress());
    check(seen.getDescription().equals("a *~+ü b"), "description: " + seen.getDescription());
    check(seen.getZoneId().equals(ZONE) && seen.getInstanceType().equals(TYPE), "zone and type: " + seen.getZoneId() + " " + seen.getInstanceType());
    check(seen.getSecurityGroupIds().equals(List.of(groupId)), "groups: " + seen.getSecurityGroupIds());
    check(seen.getVpcAttributes().getVSwitchId().equals(vswitchId), "vSwitch: " + seen.getVpcAttributes().getVSwitchId());

    client.getAcsResponse(stop);
    await(id, "Stopped");
    var delete = new DeleteInstanceRequest();
    delete.setInstanceId(id);
    client.getAcsResponse(delete);
    until("the end of " + id, () -> instances(id).isEmpty() ? id : null);
  }

  static CreateInstanceRequest create(String image, String group, String vswitch) {
    var r = new CreateInstanceRequest();
    r.setImageId(image);
    r.setInstanceType(TYPE);
    r.setSecurityGroupId(group);
    r.setVSwitchId(vswitch);
    r.setInternetMaxBandwidthOut(5);
    r.setSystemDiskCategory("cloud_essd");
    r.setSystemDiskSize(40);
    r.setInstanceName("java-v1");
    r.setDescription("a *~+ü b");
    return r;
  }

  static List<Instance> instances(String id) throws ClientException {
    var r = new DescribeInstancesRequest();
    r.setInstanceIds("[\"" + id + "\"]");
    return client.getAcsResponse(r).getInstances();
  }

  static void await(String id, String status) throws Exception {
    until(id + " " + status, () -> {
      List<Instance> found = instances(id);
      return !found.isEmpty() && found.get(0).getStatus().equals(status) ? id : null;
    });
  }

  static <T> T until(String what, Callable<T> test) throws Exception {
    for (long end = System.nanoTime() + 30_000_000_000L; System.nanoTime() < end; Thread.sleep(20)) {
      T got = test.call();
      if (got != null) {
        return got;
      }
    }
    throw new AssertionError("waited 30 s for " + what);
  }

  static void refused(String code, Callable<?> call) throws Exception {
    try {
      call.call();
    } catch (ClientException e) {
      check(code.equals(e.getErrCode()), "code " + e.getErrCode() + ", want " + code);
      check(e.getRequestId() != null && e.getRequestId().length() == 36, "request id " + e.getRequestId());
      return;
    }
    throw new AssertionError("answered, want " + code);
  }

  static void check(boolean ok, String got) {
    if (!ok) {
      throw new AssertionError(got);
    }
  }
}
