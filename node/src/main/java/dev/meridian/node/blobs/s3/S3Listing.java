package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectListing;
import dev.meridian.node.blobs.UploadState;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.ListMultipartUploadsResult.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** S3's two lists, of objects and of uploads, as one in the order of keys. */
final class S3Listing {

  private final S3Requests requests;
  private final String prefix;

  S3Listing(S3Requests requests, String prefix) {
    this.requests = requests;
    this.prefix = prefix;
  }

  /** The keys after a given one; of both lists together at most {@code limit}. */
  ObjectListing page(Optional<String> after, int limit) {
    Optional<String> from = after;
    while (true) {
      ListBucketResultV2 objects = requests.objects(prefix, from, limit);
      ListMultipartUploadsResult uploads = requests.uploads(prefix, from, limit + 1);
      TreeMap<String, Optional<Upload>> merged = merge(objects, uploads);
      // Ceph lists the upload of the marker itself once more.
      from.ifPresent(marker -> merged.headMap(marker, true).clear());
      boolean more = objects.isTruncated() || uploads.isTruncated() || merged.size() > limit;
      while (merged.size() > limit) {
        merged.pollLastEntry();
      }
      ObjectListing page = ours(merged, more);
      boolean foreign = page.objects().isEmpty() && page.unfinished().isEmpty();
      if (!more || !foreign || merged.isEmpty()) {
        return page;
      }
      // A page of what somebody else put into the bucket has no key to go on from.
      from = Optional.of(merged.lastKey());
    }
  }

  private static TreeMap<String, Optional<Upload>> merge(
      ListBucketResultV2 objects, ListMultipartUploadsResult uploads) {
    TreeMap<String, Optional<Upload>> objectKeys = new TreeMap<>();
    objects.contents().forEach(object -> objectKeys.put(object.objectName(), Optional.empty()));
    TreeMap<String, Optional<Upload>> uploadKeys = new TreeMap<>();
    uploads.uploads().forEach(upload -> uploadKeys.put(upload.objectName(), Optional.of(upload)));
    // Beyond the end of a list that goes on, the other's keys would come too early.
    TreeMap<String, Optional<Upload>> merged = new TreeMap<>(objectKeys);
    merged.putAll(uploadKeys);
    if (objects.isTruncated() && !objectKeys.isEmpty()) {
      merged.tailMap(objectKeys.lastKey(), false).clear();
    }
    if (uploads.isTruncated() && !uploadKeys.isEmpty()) {
      merged.tailMap(uploadKeys.lastKey(), false).clear();
    }
    return merged;
  }

  private static ObjectListing ours(TreeMap<String, Optional<Upload>> merged, boolean more) {
    List<String> found = new ArrayList<>();
    List<UploadState> unfinished = new ArrayList<>();
    merged.forEach((key, upload) -> {
      if (ObjectKeys.isObject(key) && upload.isPresent()) {
        unfinished.add(new UploadState(key, 0, ""));
      } else if (ObjectKeys.isObject(key)) {
        found.add(key);
      }
    });
    return new ObjectListing(found, unfinished, more);
  }
}
