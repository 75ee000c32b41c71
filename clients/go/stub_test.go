package clients
import (
 _ "github.com/alibabacloud-go/darabonba-openapi/v2/client"
 _ "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
 _ "github.com/alibabacloud-go/ecs-20140526/v7/client"
 _ "github.com/alibabacloud-go/tea/dara"
 _ "github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
 _ "github.com/aliyun/alibaba-cloud-sdk-go/sdk"
 _ "github.com/openecs/openecs/ecstest"
)
