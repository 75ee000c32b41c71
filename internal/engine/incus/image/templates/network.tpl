address={{ config_get("user.openecs.address", "")|safe }}
gateway={{ config_get("user.openecs.gateway", "")|safe }}
