package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.HeadObjectResponse;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsV2Args;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.Part;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import okhttp3.Interceptor;

/**
 * The requests to one bucket; one method is one request, but for retries and long lists. Each has a
 * deadline, and fails with what {@link S3Errors} makes of the answer.
 */
final class S3Requests implements AutoCloseable {

  private static final int PAGE = 1000;

  /**
   * What HEAD says.
   *
   * @param tag entity tag, without quotes
   */
  record Head(long size, String tag) {}

  private final S3Settings settings;
  private final S3Errors errors;
  private final S3Clients clients;
  private final S3Transfers transfers;

  S3Requests(S3Settings settings, List<Interceptor> observers) {
    this.settings = settings;
    this.errors = new S3Errors(settings.place());
    this.clients = new S3Clients(settings, observers);
    this.transfers = new S3Transfers(settings.bucket(), clients, errors);
  }

  /** Writes a whole object; returns its tag. */
  String put(String key, PartBytes bytes) {
    return transfers.put(key, bytes);
  }

  /** Writes a part; returns its tag. */
  String putPart(String key, String uploadId, int number, PartBytes bytes) {
    return transfers.putPart(key, uploadId, number, bytes);
  }

  /** Bytes of an object; fails when nothing comes for so long. */
  BlobBody get(String key, ByteRange range, Duration patience) {
    return transfers.get(key, range, patience);
  }

  URI presign(String key, Duration life, String contentType) {
    return transfers.presign(key, life, contentType);
  }

  /** Begins a multipart upload; returns its id. */
  String create(String key) {
    return call(
        "begin the upload of",
        key,
        () ->
            clients
                .quick()
                .createMultipartUpload(
                    CreateMultipartUploadArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .build())
                .thenApply(response -> response.result().uploadId()));
  }

  /**
   * Makes the object of these parts.
   *
   * @throws dev.meridian.node.blobs.UploadConflictException when storage holds others
   */
  void complete(String key, String uploadId, PartTags tags) {
    Part[] parts = new Part[tags.count()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Part(i + 1, tags.tags().get(i));
    }
    call(
        "complete",
        key,
        () ->
            clients
                .patient()
                .completeMultipartUpload(
                    CompleteMultipartUploadArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .uploadId(uploadId)
                        .parts(parts)
                        .maxRetries(1)
                        .build()));
  }

  /** Ends an upload without an object; it is no error when there is no such upload. */
  void abort(String key, String uploadId) {
    try {
      call(
          "abort",
          key,
          () ->
              clients
                  .quick()
                  .abortMultipartUpload(
                      AbortMultipartUploadArgs.builder()
                          .bucket(settings.bucket())
                          .object(key)
                          .uploadId(uploadId)
                          .build()));
    } catch (BlobStoreException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** The parts that an upload has, in the order of their numbers. */
  List<ListedParts.Part> parts(String key, String uploadId) {
    List<ListedParts.Part> parts = new ArrayList<>();
    int after = 0;
    ListedParts page;
    do {
      page = transfers.parts(key, uploadId, after);
      parts.addAll(page.parts());
      after = parts.isEmpty() ? 0 : parts.getLast().number();
    } while (page.more() && !page.parts().isEmpty());
    return parts;
  }

  /**
   * Unfinished uploads under a prefix whose keys come after another, in the order of their keys.
   */
  ListMultipartUploadsResult uploads(String prefix, Optional<String> after, int limit) {
    return call(
        "list uploads of",
        prefix,
        () ->
            clients
                .quick()
                .listMultipartUploads(
                    ListMultipartUploadsArgs.builder()
                        .bucket(settings.bucket())
                        .prefix(prefix)
                        .keyMarker(after.orElse(null))
                        .maxUploads(Math.min(limit, PAGE))
                        .build())
                .thenApply(response -> response.result()));
  }

  /** Objects under a prefix whose keys come after another, in the order of their keys. */
  ListBucketResultV2 objects(String prefix, Optional<String> after, int limit) {
    return call(
        "list objects of",
        prefix,
        () ->
            clients
                .quick()
                .listObjectsV2(
                    ListObjectsV2Args.builder()
                        .bucket(settings.bucket())
                        .prefix(prefix)
                        .startAfter(after.orElse(null))
                        .maxKeys(Math.min(limit, PAGE))
                        .build())
                .thenApply(response -> response.result()));
  }

  Optional<Head> head(String key) {
    try {
      HeadObjectResponse response =
          call(
              "look at",
              key,
              () ->
                  clients
                      .quick()
                      .statObject(
                          StatObjectArgs.builder().bucket(settings.bucket()).object(key).build()));
      return Optional.of(new Head(response.size(), response.etag()));
    } catch (BlobStoreException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Deletes an object; it is no error when there is none. */
  void delete(String key) {
    call(
        "delete",
        key,
        () ->
            clients
                .quick()
                .removeObject(
                    RemoveObjectArgs.builder().bucket(settings.bucket()).object(key).build()));
  }

  private <T> T call(String operation, String key, Supplier<CompletableFuture<T>> request) {
    try {
      return request.get().get();
    } catch (ExecutionException | InterruptedException e) {
      throw errors.of(operation, key, e);
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
