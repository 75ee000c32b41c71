{{ config_get("user.openecs.authorized-keys", "")|safe }}
