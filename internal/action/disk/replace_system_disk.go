package disk

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReplaceSystemDisk", (*Service).ReplaceSystemDisk)

// ReplaceSystemDisk gives a stopped instance a new system disk of an image, of the
// category and charge type of the old one. The new disk is Creating, and the
// instance shows a lock, until it is made; then the old one is removed, and until
// then it is only hidden, so that an instance never is without.
func (s *Service) ReplaceSystemDisk(c *action.Call, in *api.ReplaceSystemDiskRequest) (*api.ReplaceSystemDiskResponse, error) {
	if err := replaceForm(in); err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			r, err := s.replacement(c, tx, in)
			if err != nil {
				return nil, err
			}
			return []ecs.Key{r.write(tx, in)}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ReplaceSystemDiskResponse{DiskID: ecs.ID(ecs.KindDisk, made[0])}, nil
}

var platforms = []string{"CentOS", "Ubuntu", "SUSE", "OpenSUSE", "RedHat", "Debian", "CoreOS", "Aliyun Linux", "Windows Server 2003", "Windows Server 2008",
	"Windows Server 2012", "Windows 7", "Customized Linux", "Others Linux"}

// replaceForm checks what the request alone tells.
func replaceForm(in *api.ReplaceSystemDiskRequest) error {
	return action.FirstOf([]action.Check{
		{in.ImageID != "" && in.DiskID != "", api.CodeInvalidParameterConflict, "ImageId and DiskId cannot be given together."},
		{in.ImageID == "" && in.DiskID == "", api.CodeInvalidParameterAllEmpty, "ImageId and DiskId cannot be both empty."},
		{in.DiskID != "", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not make a system disk of another disk."},
		{in.Architecture != "" && in.Architecture != "i386" && in.Architecture != "x86_64", api.CodeInvalidArchitectureMalformed, "The specified Architecture is not valid."},
		{in.Platform != "" && !slices.Contains(platforms, in.Platform), api.CodeInvalidPlatformMalformed, "The specified Platform is not valid."},
		{in.SystemDisk.Size != nil && *in.SystemDisk.Size < 1, api.CodeInvalidSystemDiskSizeValueNotSupported, `The specified parameter "SystemDisk.Size" is not valid.`},
		{in.KMSKeyID != "" && !action.Flag(in.Encrypted), api.CodeInvalidParameterConflict, "KMSKeyId needs Encrypted=true."},
		{in.EncryptAlgorithm != "" && in.EncryptAlgorithm != "aes-256", api.CodeUnsupportedOperationNotImplemented, "OpenECS encrypts by aes-256."},
		{len(in.Arn) > 0 || action.Flag(in.UseAdditionalService), api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Arn and UseAdditionalService."},
	})
}

// replacement is a new system disk that has been checked.
type replacement struct {
	instance ecs.Key
	host     *ecs.Instance
	old      *ecs.Disk
	image    string
	size     int
	login    login
}

func (s *Service) replacement(c *action.Call, v state.View, in *api.ReplaceSystemDiskRequest) (*replacement, error) {
	r := &replacement{login: login{password: in.Password, keyPair: in.KeyPairName, inherit: action.Flag(in.PasswordInherit), security: in.SecurityEnhancementStrategy}}
	var err error
	if r.instance, r.host, err = action.Instance(c, v, in.InstanceID); err != nil {
		return nil, err
	}
	src, ok := s.image(c, v, r.instance.Region(), in.ImageID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidImageIdNotFound, "The specified ImageId does not exist.")
	}
	r.image = src.ID
	if err := r.login.check(v, r.host.Account, r.instance.Region(), src.OSType == "windows"); err != nil {
		return nil, err
	}
	if in.KMSKeyID != "" && in.KMSKeyID != block.ServiceKey(c.Caller.Account, r.instance.Region()) {
		return nil, api.Errorf(api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist.")
	}
	if t, ok := s.Catalog.Type(v.Str(r.host.Type)); ok && src.Fit(t) != catalog.Fits {
		return nil, api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image does not support the instance type.")
	}
	if r.host.Flags.Has(ecs.IOOptimized) && !src.IOOptimized {
		return nil, api.Errorf(api.CodeIoOptimizedNotSupported, "The specified image does not support I/O optimized instances.")
	}
	if err := r.ready(v); err != nil {
		return nil, err
	}
	return r, s.newSize(v, r, in.SystemDisk.Size, src.SizeGiB)
}

// ready checks the state of the instance and of the disk it has.
func (r *replacement) ready(v state.View) error {
	if err := locked(r.host); err != nil {
		return err
	}
	switch st := r.host.Status(); {
	case st == ecs.Pending:
		return api.Errorf(api.CodeOperationDeniedInstanceCreating, "The specified instance is being created.")
	case st != ecs.Stopped || r.host.Want.Deleted:
		return wrongInstanceState()
	}
	var ok bool
	if r.old, ok = state.Disks.Get(v, r.host.SystemDisk); !ok {
		return api.Errorf(api.CodeInvalidInstanceNotFoundSystemDisk, "The specified instance has no system disk.")
	}
	return quiet(v, r.host.SystemDisk, r.old)
}

// newSize settles the size: at least what the old disk has and the image needs.
func (s *Service) newSize(v state.View, r *replacement, asked *int, image int) error {
	_, most, _ := s.Catalog.DiskLimits(v.Str(r.old.Category), v.Str(r.old.Performance), true)
	r.size = max(40, image, int(r.old.Size))
	if asked == nil {
		return nil
	}
	r.size = *asked
	return action.FirstOf([]action.Check{
		{r.size < image, api.CodeInvalidSystemDiskSizeLessThanImageSize, "The specified parameter SystemDisk.Size is less than the image size."},
		{r.size < int(r.old.Size), api.CodeInvalidSystemDiskSizeLessThanMinSize, "The specified parameter SystemDisk.Size is less than the size of the disk that is replaced."},
		{r.size > most, api.CodeInvalidSystemDiskSizeMoreThanMaxSize, "The specified parameter SystemDisk.Size exceeds the maximum size."},
	})
}

// image finds an image of a region that the caller may use and that is ready.
func (s *Service) image(c *action.Call, v state.View, region uint8, id string) (*image.Source, bool) {
	r, ok := s.Catalog.RegionByCode(region)
	if !ok {
		return nil, false
	}
	src, ok := image.Find(v, s.Catalog, r, c.Caller.Account, id)
	return src, ok && src.Usable()
}

func (r *replacement) write(tx *state.Tx, in *api.ReplaceSystemDiskRequest) ecs.Key {
	i, old := *r.host, *r.old
	k := tx.NewKey(r.instance.Region())
	d := ecs.Disk{
		Account: old.Account, Instance: r.instance, Zone: old.Zone, Category: old.Category, Performance: old.Performance, Size: int32(r.size), System: true,
		Device: old.Device, Name: old.Name, Description: old.Description, Image: tx.Sym(r.image), DeleteWithInstance: old.DeleteWithInstance,
		Encrypted: action.Flag(in.Encrypted), ChargeType: old.ChargeType, Expires: old.Expires, Order: old.Order, ResourceGroup: old.ResourceGroup,
		Created: tx.Now().Unix(), Attached: tx.Now().Unix(), Tags: old.Tags, Flags: old.Flags, ProvisionedIOPS: old.ProvisionedIOPS, Policy: old.Policy,
		Replaces: i.SystemDisk,
	}
	block.Encrypt(tx, k.Region(), &d)
	old.Flags |= ecs.Replaced
	state.Disks.Put(tx, i.SystemDisk, &old)
	i.SystemDisk, i.Image = k, d.Image
	i.Locks |= ecs.LockReplacing
	r.login.store(tx, r.instance, &i)
	state.Instances.Put(tx, r.instance, &i)
	block.Work(tx, k, d, ecs.WorkCreate)
	return k
}
