// Package oss speaks enough of an object store's own protocol to import images
// from it and export images to it: HEAD, GET and PUT of an object, signed with
// the V1 header signature. It reaches the one endpoint that the operator named
// and follows no redirect away from it.
//
// The command line makes a Client; the reconciler uses it.
package oss

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// What the store said for good; every other error may pass.
var (
	ErrNotFound = errors.New("oss: no such bucket or object")
	ErrDenied   = errors.New("oss: access denied")
)

// Client is one access key at one endpoint.
type Client struct {
	endpoint *url.URL
	id       string
	secret   string
	now      func() time.Time
	http     *http.Client
}

// timeout is how long one request may take.
const timeout = 10 * time.Second

// New makes a client of an endpoint (http://127.0.0.1:9000,
// https://oss-cn-hangzhou.aliyuncs.com) and an access key. now is the wall
// clock, by which requests are signed. A host that is a name has buckets in
// front of it, as the real service wants; an address has them in the path.
func New(endpoint, id, secret string, now func() time.Time) (*Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("%q is no endpoint: it is like https://oss-cn-hangzhou.aliyuncs.com", endpoint)
	}
	if id == "" || secret == "" {
		return nil, errors.New("the access key is empty")
	}
	return &Client{endpoint: u, id: id, secret: secret, now: now, http: &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 2}, // no proxy of the environment's
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// ReadKey reads an access key from a file: the id and the secret, with white
// space between.
func ReadKey(path string) (id, secret string, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	words := strings.Fields(string(b))
	if len(words) != 2 {
		return "", "", fmt.Errorf("%s is to hold two words: the access key id and its secret", path)
	}
	return words[0], words[1], nil
}

// Head tells the size of an object.
func (c *Client) Head(ctx context.Context, bucket, object string) (size int64, err error) {
	resp, err := c.do(ctx, http.MethodHead, bucket, object, nil)
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	return resp.ContentLength, nil
}

// Get reads an object of up to max bytes.
func (c *Client) Get(ctx context.Context, bucket, object string, max int64) ([]byte, error) {
	resp, err := c.do(ctx, http.MethodGet, bucket, object, nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, max+1))
	if err == nil && int64(len(b)) > max {
		err = fmt.Errorf("oss: %s/%s is larger than %d bytes", bucket, object, max)
	}
	return b, err
}

// Put writes an object.
func (c *Client) Put(ctx context.Context, bucket, object string, body []byte) error {
	if body == nil {
		body = []byte{}
	}
	resp, err := c.do(ctx, http.MethodPut, bucket, object, body)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// do sends a signed request; an answer that is not a success is an error.
func (c *Client) do(ctx context.Context, method, bucket, object string, body []byte) (*http.Response, error) {
	u := *c.endpoint
	if net.ParseIP(u.Hostname()) != nil || u.Hostname() == "localhost" {
		u.Path = "/" + bucket + "/" + object
	} else {
		u.Host, u.Path = bucket+"."+u.Host, "/"+object
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Date", c.now().UTC().Format(http.TimeFormat))
	if body != nil {
		sum := md5.Sum(body)
		req.Header.Set("Content-Type", "application/octet-stream")
		req.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	req.Header.Set("Authorization", "OSS "+c.id+":"+Sign(c.secret, req.Method, req.Header, bucket, object))
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("oss: the object store cannot be reached: %w", err)
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotFound:
		return nil, fmt.Errorf("%w: %s/%s", ErrNotFound, bucket, object)
	case http.StatusForbidden, http.StatusUnauthorized:
		return nil, fmt.Errorf("%w: %s/%s", ErrDenied, bucket, object)
	}
	return nil, fmt.Errorf("oss: %s/%s: %s", bucket, object, resp.Status)
}

// Sign is the V1 signature of a request without sub-resources and x-oss-
// headers.
func Sign(secret, method string, h http.Header, bucket, object string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	for _, line := range []string{method, h.Get("Content-MD5"), h.Get("Content-Type"), h.Get("Date")} {
		io.WriteString(mac, line+"\n")
	}
	io.WriteString(mac, "/"+bucket+"/"+object)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
