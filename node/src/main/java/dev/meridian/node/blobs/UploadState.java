package dev.meridian.node.blobs;

/**
 * Where an upload session stands in storage. It travels in the signed token of the session's
 * location and is opaque to all but the store that made it.
 *
 * @param key of the session: that of {@link BlobStore#begin}, all its life
 * @param length bytes so far
 * @param storage what the store needs to go on, at most 512 characters of URL-safe base64; empty
 *     for a new session
 */
public record UploadState(String key, long length, String storage) {}
