package assistant

import (
	"encoding/base64"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "SendFile", (*Service).SendFile)

// maxFile is how many bytes in Base64 a file may have.
const maxFile = 32 << 10

// SendFile puts a file on instances.
func (s *Service) SendFile(c *action.Call, in *api.SendFileRequest) (*api.SendFileResponse, error) {
	rec, err := file(in)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	for _, err := range []error{checkToken(in.ClientToken), checkTags(in.Tag), checkGroup(c, snap, in.ResourceGroupID)} {
		if err != nil {
			return nil, err
		}
	}
	if len(in.InstanceID) == 0 {
		return nil, api.Errorf(api.CodeMissingParamInstanceId, "The parameter instanceId is missing or empty.")
	}
	keys, records, err := instances(c, snap, in.InstanceID, 50)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.Status() != ecs.Running || s.windows(snap, r) {
			return nil, api.Errorf(api.CodeInvalidInstanceNotMatch, "The status or the system of the specified instance does not allow files to be sent to it.")
		}
	}
	req := once(c, in.ClientToken)
	var k ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		k, err = req.DoOne(tx, func() (ecs.Key, error) {
			k := tx.NewKey(c.RegionCode())
			n := *rec
			if n.ResourceGroup, err = group(tx, c, in.ResourceGroupID); err != nil {
				return 0, err
			}
			n.Account, n.Created, n.Tags = c.Caller.Account, tx.Now().Unix(), tag.Store(tx, in.Tag)
			command.TrimFiles(tx, n.Account, c.RegionCode())
			state.FileTransfers.Put(tx, k, &n)
			for _, i := range keys {
				if _, ok := state.Instances.Get(tx, i); !ok {
					return 0, noInstance()
				}
				command.New(tx, ecs.InvocationResult{Account: n.Account, Invocation: k, File: true, Instance: i}, c.RegionCode(), ecs.RepeatOnce, c.Now)
			}
			return k, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.SendFileResponse{InvokeID: ecs.ID(ecs.KindFileTransfer, k)}, nil
}

// file checks a file and makes its record, without account and time.
func file(in *api.SendFileRequest) (*ecs.FileTransfer, error) {
	r := &ecs.FileTransfer{
		Name: strings.Clone(in.Name), Description: strings.Clone(in.Description), Dir: strings.Clone(in.TargetDir), Owner: strings.Clone(in.FileOwner),
		Group: strings.Clone(in.FileGroup), Mode: strings.Clone(in.FileMode), Overwrite: action.Flag(in.Overwrite),
	}
	switch {
	case utf8.RuneCountInString(in.Name) > 255 || strings.ContainsAny(in.Name, "/\x00") || in.Name == "." || in.Name == "..":
		return nil, api.Errorf(api.CodeFileNameExceedLimit, "The length of file name exceeds limit.")
	case utf8.RuneCountInString(in.Description) > 512:
		return nil, api.Errorf(api.CodeFileDescExceedLimit, "The length of file description exceeds limit.")
	case utf8.RuneCountInString(in.TargetDir) > 255 || !path.IsAbs(in.TargetDir) || strings.ContainsRune(in.TargetDir, 0):
		return nil, api.Errorf(api.CodeFileTargetDirInvalid, "The target directory of file is invalid.")
	case utf8.RuneCountInString(in.FileOwner) > 64:
		return nil, api.Errorf(api.CodeInvalidParameterFileOwner, "The specified parameter FileOwner is not valid.")
	case utf8.RuneCountInString(in.FileGroup) > 64:
		return nil, api.Errorf(api.CodeInvalidParameterFileGroup, "The specified parameter FileGroup is not valid.")
	}
	if r.Mode == "" {
		r.Mode = "0644"
	}
	if n, err := strconv.ParseUint(r.Mode, 8, 32); err != nil || n > 0o7777 || len(r.Mode) < 3 || len(r.Mode) > 4 {
		return nil, api.Errorf(api.CodeFileModeInvalid, "The mode of file is invalid.")
	}
	switch in.ContentType {
	case "", "PlainText":
		r.Data = []byte(in.Content)
	case "Base64":
		b, err := base64.StdEncoding.DecodeString(in.Content)
		if err != nil {
			return nil, api.Errorf(api.CodeFileContentDecodeError, "The Content can not be base64 decoded.")
		}
		r.Data, r.Base64 = b, true
	default:
		return nil, api.Errorf(api.CodeFileContentTypeInvalid, "The ContentType of file is invalid.")
	}
	if base64.StdEncoding.EncodedLen(len(r.Data)) > maxFile {
		return nil, api.Errorf(api.CodeFileSizeExceedLimit, "The length of file content exceeds limit.")
	}
	var err error
	r.Timeout, err = seconds(in.Timeout, 60)
	return r, err
}
