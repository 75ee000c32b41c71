package assistant

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// Bounds of commands.
const (
	maxKept     = 18 << 10 // bytes in Base64 of a command that is kept
	maxOnce     = 24 << 10 // and of one that is not
	maxCommands = 500      // of an account in a region
	maxTimeout  = 86400    // seconds
	minTimeout  = 10
	maxParams   = 20
)

// body is what commands and their runs have in common, of a request.
type body struct {
	name, description, typ, content, encoding, dir, launcher string
	timeout                                                  *int64
	parameters                                               bool
	base64                                                   bool // the default of encoding
	limit                                                    int
}

// record checks a command and makes its record, without account and time.
func (b *body) record() (*ecs.Command, error) {
	typ, ok := ecs.ParseCommandType(b.typ)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidCmdTypeNotFound, "The specified command type does not exist.").WithStatus(404)
	}
	if err := checkLabels(b.name, b.description, b.dir, b.launcher); err != nil {
		return nil, err
	}
	content, err := decode(b.content, b.encoding, b.base64)
	if err != nil {
		return nil, err
	}
	if base64.StdEncoding.EncodedLen(len(content)) > b.limit {
		return nil, tooLong()
	}
	if b.parameters {
		if err := checkParameters(content); err != nil {
			return nil, err
		}
	}
	timeout, err := seconds(b.timeout, 60)
	if err != nil {
		return nil, err
	}
	return &ecs.Command{
		Name: strings.Clone(b.name), Description: strings.Clone(b.description), Type: typ, Content: strings.Clone(content), Dir: strings.Clone(b.dir),
		Timeout: timeout, EnableParameter: b.parameters,
	}, nil
}

func tooLong() error {
	return api.Errorf(api.CodeCmdContentExceedLimit, "The length of the command content exceeds the upper limit.")
}

// checkLabels checks what describes a command. A launcher is not built: what it
// would start is not on every machine.
func checkLabels(name, description, dir, launcher string) error {
	switch {
	case utf8.RuneCountInString(name) > 128:
		return api.Errorf(api.CodeCmdNameExceedLimit, "The length of the command name exceeds the upper limit.")
	case !utf8.ValidString(name):
		return api.Errorf(api.CodeInvalidParameterCharacterCommandName, "The command Name contains illegal characters.")
	case utf8.RuneCountInString(description) > 512:
		return api.Errorf(api.CodeCmdDescExceedLimit, "The length of the command description exceeds the upper limit.")
	case !utf8.ValidString(description):
		return api.Errorf(api.CodeInvalidParameterCharacterCommandDescription, "The command Description contains illegal characters.")
	case len(launcher) > 1024:
		return api.Errorf(api.CodeInvalidLauncherLengthLimitExceeded, "The length of the parameter Launcher exceeds the limit of 1 KB characters.")
	case launcher != "":
		return notBuilt("launchers of scripts")
	}
	return checkDir(dir)
}

func checkDir(dir string) error {
	switch {
	case !utf8.ValidString(dir) || strings.ContainsRune(dir, 0):
		return api.Errorf(api.CodeInvalidParameterCharacterCommandWorkingDir, "The command WorkingDir contains illegal characters.")
	case utf8.RuneCountInString(dir) > 200:
		return api.Errorf(api.CodeInvalidParameterWorkingDir, "The specified parameter WorkingDir is not valid.")
	}
	return nil
}

// decode reads content by its encoding; an unknown encoding is the default.
func decode(content, encoding string, byDefault bool) (string, error) {
	switch {
	case strings.EqualFold(encoding, "Base64"):
		byDefault = true
	case strings.EqualFold(encoding, "PlainText"):
		byDefault = false
	}
	if !byDefault {
		return content, nil
	}
	b, err := base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, content))
	if err != nil {
		return "", api.Errorf(api.CodeCmdContentDecodeError, "The CommandContent can not be base64 decoded.")
	}
	return string(b), nil
}

// encode shows text as ContentEncoding asks: Base64 by default.
func encode(text, encoding string) string {
	if strings.EqualFold(encoding, "PlainText") {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

var parameterName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// builtin are the parameters that the service fills in.
var builtin = map[string]bool{
	"ACS::RegionId": true, "ACS::AccountId": true, "ACS::InstanceId": true, "ACS::InstanceName": true, "ACS::InvokeId": true, "ACS::CommandId": true,
}

// custom are the parameters of a content that the caller fills in.
func custom(content string) []string {
	var names []string
	for _, n := range ecs.ParameterNames(content) {
		if !builtin[n] {
			names = append(names, n)
		}
	}
	return names
}

func checkParameters(content string) error {
	names := custom(content)
	if len(names) > maxParams {
		return api.Errorf(api.CodeCmdParamCountExceedLimit, "The maximum number of custom parameters is exceeded.")
	}
	for _, n := range names {
		switch {
		case n == "":
			return api.Errorf(api.CodeCmdParamEmptyKey, "You must specify the parameter names.")
		case len(n) > 64:
			return api.Errorf(api.CodeCmdParamNameExceedLimit, "The maximum length of a parameter name is exceeded.")
		case !parameterName.MatchString(n):
			return api.Errorf(api.CodeCmdParamInvalidParamName, "Invalid parameter name. A name can contain letters, digits, hyphens (-) and underscores (_).")
		}
	}
	return nil
}

// seconds reads a timeout. Less than ten are ten; none is the default.
func seconds(n *int64, absent int32) (int32, error) {
	switch {
	case n == nil:
		return absent, nil
	case *n > maxTimeout:
		return 0, api.Errorf(api.CodeInvalidTimeoutExceedLimit, "The specified parameter Timeout exceeds the upper limit.")
	case *n < 1:
		return 0, api.Errorf(api.CodeInvalidParameter, "The specified parameter %q is not valid.", "Timeout")
	}
	return max(int32(*n), minTimeout), nil
}
