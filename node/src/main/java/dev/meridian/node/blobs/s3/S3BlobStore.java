package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectListing;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.UploadState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import okhttp3.Interceptor;

/**
 * Objects in an S3 bucket. Nothing is asked of the bucket before the first use, so that a node
 * starts while its storage is away.
 *
 * <p>S3 has no locks, so that sessions are kept apart by keys: whoever writes an object takes a key
 * that nobody else has, under that of the session. Writers that go on from one multipart upload
 * share its parts; the upload is completed with the tags of the parts that the writer knows, and S3
 * refuses that when another has replaced one of them.
 *
 * <p>How many requests an upload takes is part of what this class promises:
 *
 * <ul>
 *   <li>up to one part in one go: one PUT;
 *   <li>more: one to create, one for each part, one to complete;
 *   <li>a PUT without bytes after a PATCH: none if all fits into one part, else one to complete,
 *       and on another node one to list the parts;
 *   <li>a remainder that is too small for a part: one PUT, and one GET when more follows.
 * </ul>
 */
public final class S3BlobStore implements BlobStore {

  /** What the keys of probes begin with, before a slash. */
  static final String PROBES = "probe";

  private static final int BLOBS_IN_MEMORY = 64;
  private static final int MOST_TAGS = 200_000;

  private final S3Resources shared;
  private final S3Sessions sessions;

  /** Of this process, so that one that is killed in the middle leaves no more than one object. */
  private final String probeKey = PROBES + "/" + UUID.randomUUID();

  /**
   * Prepares the spool; asks nothing of the bucket.
   *
   * @throws BlobStoreException when the spool cannot be prepared
   * @throws IllegalArgumentException when an endpoint, the region or the bucket's name is malformed
   */
  public S3BlobStore(S3Settings settings) {
    this(settings, List.of());
  }

  /** With observers of every HTTP request. */
  S3BlobStore(S3Settings settings, List<Interceptor> observers) {
    long partSize = settings.partSize().bytes();
    int inMemory = Math.toIntExact(Math.min(settings.inMemory().bytes(), partSize));
    this.shared =
        new S3Resources(
            new S3Requests(settings, observers),
            new PartSpool(settings.spool(), settings.spoolLimit().bytes()),
            new MemoryBudget(inMemory, BLOBS_IN_MEMORY),
            new PartTags.Cache(MOST_TAGS),
            new PartSizes(partSize, settings.spoolLimit().bytes() / 2));
    this.sessions = new S3Sessions(shared);
  }

  @Override
  public UploadState begin(String key) {
    return new UploadState(ObjectKeys.requireSession(key), 0, "");
  }

  @Override
  public ObjectUpload resume(UploadState state) {
    S3UploadState decoded = S3UploadState.decode(state);
    PartPipeline parts =
        decoded
            .parts()
            .map(p -> PartPipeline.resume(shared, decoded.session(), p, sessions.tagsOf(p)))
            .orElseGet(() -> PartPipeline.begin(shared, decoded.session()));
    return new S3MultipartUpload(shared, decoded, parts);
  }

  @Override
  public UploadState recover(UploadState state) {
    return sessions.recover(state).encode();
  }

  @Override
  public BlobBody open(String key, ByteRange range, Duration patience) {
    return shared.requests().get(ObjectKeys.requireObject(key), range, patience);
  }

  @Override
  public Optional<Long> size(String key) {
    return shared.requests().head(ObjectKeys.requireObject(key)).map(S3Requests.Head::size);
  }

  @Override
  public Optional<URI> presign(String key, Duration life, String contentType) {
    return Optional.of(shared.requests().presign(ObjectKeys.requireObject(key), life, contentType));
  }

  @Override
  public void delete(String key) {
    shared.requests().delete(ObjectKeys.requireObject(key));
  }

  @Override
  public ObjectListing list(String hourPrefix, Optional<String> after, int limit) {
    ObjectKeys.requireHour(hourPrefix);
    return new S3Listing(shared.requests(), hourPrefix).page(after, limit);
  }

  @Override
  public void probe() {
    try (PartBytes bytes = shared.spool().open(1)) {
      bytes.write(new byte[] {1}, 0, 1);
      shared.requests().put(probeKey, bytes);
    }
    shared.requests().get(probeKey, new ByteRange(0, 0), PATIENCE).close();
    shared.requests().delete(probeKey);
  }

  @Override
  public void close() {
    shared.requests().close();
  }
}
