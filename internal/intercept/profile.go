package intercept

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteProfiles writes the CLI's and the SDKs' profile files below Home, mode
// 0600, each with one profile "default" that holds the key of the EnvConfig.
// Variables of Env lead there; the user's own files are not touched. A program
// that opens ~/.aliyun/config.json by itself still sees the user's: nothing but
// another HOME would change that, and HOME has other uses. Its calls end at
// OpenECS all the same, and are refused there for their unknown key.
func (c EnvConfig) WriteProfiles() error {
	if c.Home == "" {
		return errors.New("no directory for the profiles")
	}
	type profile struct {
		Name      string `json:"name"`
		Mode      string `json:"mode"`
		KeyID     string `json:"access_key_id"`
		Secret    string `json:"access_key_secret"`
		Region    string `json:"region_id"`
		Format    string `json:"output_format"`
		Language  string `json:"language"`
		RetryTime int    `json:"retry_timeout"`
	}
	config, err := json.MarshalIndent(struct {
		Current  string    `json:"current"`
		Profiles []profile `json:"profiles"`
	}{"default", []profile{{
		Name: "default", Mode: "AK", KeyID: c.AccessKeyID, Secret: c.Secret, Region: c.Region, Format: "json", Language: "en",
	}}}, "", "  ")
	if err != nil {
		return err
	}
	ini := fmt.Sprintf("[default]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n", c.AccessKeyID, c.Secret)
	for path, data := range map[string][]byte{c.configPath(): append(config, '\n'), c.credentialsPath(): []byte(ini)} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := writeFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
