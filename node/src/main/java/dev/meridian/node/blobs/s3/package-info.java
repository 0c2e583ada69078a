/** Blobs in the bucket of a region. The only package that knows an S3 client. */
package dev.meridian.node.blobs.s3;
