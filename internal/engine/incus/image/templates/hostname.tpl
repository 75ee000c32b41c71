{{ config_get("user.openecs.hostname", instance.name)|safe }}
