/** Where the blobs of images are, and how one waits for them. */
package dev.meridian.controlplane.cli.copies;
