root:{{ config_get("user.openecs.password-hash", "*")|safe }}:19000:0:99999:7:::
nobody:*:19000:0:99999:7:::
