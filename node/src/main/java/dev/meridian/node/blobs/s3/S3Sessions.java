package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the bucket itself says of sessions, for states that this node has not made or that lag. */
final class S3Sessions {

  private static final int MOST_OF_A_SESSION = 1000;

  private final S3Resources shared;

  S3Sessions(S3Resources shared) {
    this.shared = shared;
  }

  /**
   * The tags of a state's parts: this node's own, or storage's.
   *
   * @throws BlobStoreException with {@code NOT_FOUND} when the upload was completed or aborted
   * @throws UploadConflictException when storage has others
   */
  PartTags tagsOf(S3UploadState.Parts parts) {
    return shared
        .tags()
        .get(parts.uploadId())
        .filter(parts::matches)
        .orElseGet(() -> storedTagsOf(parts));
  }

  private PartTags storedTagsOf(S3UploadState.Parts parts) {
    PartTags stored = tags(storedParts(parts.key(), parts.uploadId(), parts.count()));
    if (!parts.matches(stored)) {
      throw new UploadConflictException(
          parts.key() + ": storage holds other parts than the " + parts.count() + " of the state");
    }
    return stored;
  }

  /**
   * The furthest that storage can go on from.
   *
   * @param known its session, and its multipart upload if it has one
   */
  S3UploadState recover(UploadState known) {
    String session = ObjectKeys.sessionOf(known.key());
    S3UploadState state =
        S3UploadState.decode(new UploadState(session, known.length(), known.storage()));
    Optional<String> notShorter = Optional.of(ObjectKeys.beforeEnd(session, known.length()));
    List<Item> objects =
        List.copyOf(shared.requests().objects(session, notShorter, MOST_OF_A_SESSION).contents());
    List<S3UploadState> candidates = new ArrayList<>();
    if (state.parts().isPresent()) {
      S3UploadState.Parts parts = state.parts().get();
      candidates.add(
          withTail(withParts(session, parts.key(), parts.uploadId(), parts.count()), objects));
    } else {
      for (ListMultipartUploadsResult.Upload upload :
          shared.requests().uploads(session, Optional.empty(), MOST_OF_A_SESSION).uploads()) {
        candidates.add(
            withTail(withParts(session, upload.objectName(), upload.uploadId(), 0), objects));
      }
      S3UploadState none = new S3UploadState(session, 0, Optional.empty(), Optional.empty());
      candidates.add(withTail(none, objects));
    }
    S3UploadState furthest =
        candidates.stream().max(Comparator.comparingLong(S3UploadState::length)).orElseThrow();
    if (furthest.parts().isEmpty() && furthest.tail().isEmpty() && !known.storage().isEmpty()) {
      throw new BlobStoreException(Kind.NOT_FOUND, "storage holds nothing of " + session);
    }
    return furthest;
  }

  private S3UploadState withParts(String session, String key, String uploadId, int known) {
    List<ListedParts.Part> parts = storedParts(key, uploadId, known);
    PartTags tags = tags(parts);
    boolean closed =
        !parts.isEmpty() && parts.getLast().size() < shared.sizes().leastOf(parts.size());
    shared.tags().put(uploadId, tags);
    return new S3UploadState(
        session,
        parts.stream().mapToLong(ListedParts.Part::size).sum(),
        Optional.of(new S3UploadState.Parts(key, uploadId, tags.count(), tags.hash(), closed)),
        Optional.empty());
  }

  /** With the plain object that begins where the parts end and reaches furthest. */
  private static S3UploadState withTail(S3UploadState state, List<Item> objects) {
    return objects.stream()
        .filter(object -> ObjectKeys.endOf(object.objectName()) > 0)
        .filter(o -> ObjectKeys.endOf(o.objectName()) - o.size() == state.length())
        .max(Comparator.comparingLong(Item::size))
        .map(object ->
            new S3UploadState(
                state.session(),
                state.length() + object.size(),
                state.parts(),
                Optional.of(new S3UploadState.Tail(object.objectName(), object.size()))))
        .orElse(state);
  }

  /**
   * Parts 1, 2, 3, ... up to the first that is missing: a later one may have come before it.
   *
   * @param known so many were there
   */
  private List<ListedParts.Part> storedParts(String key, String uploadId, int known) {
    List<ListedParts.Part> connected = new ArrayList<>();
    for (ListedParts.Part part : shared.requests().parts(key, uploadId)) {
      if (part.number() != connected.size() + 1) {
        break;
      }
      connected.add(part);
    }
    if (connected.isEmpty() && known > 0) {
      // Parts never go away: some servers say so of an upload that they do not know.
      throw new BlobStoreException(Kind.NOT_FOUND, "storage has no parts of " + key);
    }
    return connected;
  }

  private static PartTags tags(List<ListedParts.Part> parts) {
    return new PartTags(parts.stream().map(ListedParts.Part::tag).toList());
  }
}
