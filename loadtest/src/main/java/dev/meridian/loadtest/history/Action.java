package dev.meridian.loadtest.history;

import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client asks for. Every manifest is written by one action only, so that its digest tells
 * whose write was seen.
 */
public sealed interface Action {

  /** Writes a manifest by tag. */
  record Put(TagName tag, Digest manifest, Condition condition) implements Action {}

  /** Writes a manifest by digest and moves several tags to it in one step. */
  record PutTagged(Digest manifest, List<TagName> tags) implements Action {}

  /** Deletes a tag. */
  record DeleteTag(TagName tag) implements Action {}

  /** Deletes a manifest and the tags that name it. */
  record DeleteManifest(Digest manifest) implements Action {}

  /** Reads a manifest by tag, or its head only. */
  record ReadTag(TagName tag, boolean headOnly) implements Action {}

  /** Reads a manifest by digest. */
  record ReadManifest(Digest manifest) implements Action {}

  /** Lists all tags. */
  record ListTags() implements Action {}

  /** Whether it can change something. */
  default boolean isWrite() {
    return switch (this) {
      case Put _, PutTagged _, DeleteTag _, DeleteManifest _ -> true;
      case ReadTag _, ReadManifest _, ListTags _ -> false;
    };
  }

  /** Its kind, for counting. */
  default String kind() {
    return switch (this) {
      case Put(_, _, Condition.None _) -> "set tag";
      case Put(_, _, Condition.Absent _) -> "create tag";
      case Put(_, _, Condition.Names _) -> "compare and set tag";
      case PutTagged _ -> "set two tags";
      case DeleteTag _ -> "delete tag";
      case DeleteManifest _ -> "delete manifest";
      case ReadTag(_, boolean headOnly) -> headOnly ? "head tag" : "get tag";
      case ReadManifest _ -> "get manifest";
      case ListTags _ -> "list tags";
    };
  }

  /** For people, with digests cut short. */
  default String text() {
    return switch (this) {
      case Put(TagName tag, Digest manifest, Condition condition) ->
          "PUT " + tag + " = " + brief(manifest) + condition.text();
      case PutTagged(Digest manifest, List<TagName> tags) ->
          tags.stream()
              .map(TagName::value)
              .collect(Collectors.joining(" and ", "PUT ", " = " + brief(manifest)));
      case DeleteTag(TagName tag) -> "DELETE " + tag;
      case DeleteManifest(Digest manifest) -> "DELETE " + brief(manifest);
      case ReadTag(TagName tag, boolean headOnly) -> (headOnly ? "HEAD " : "GET ") + tag;
      case ReadManifest(Digest manifest) -> "GET " + brief(manifest);
      case ListTags _ -> "LIST tags";
    };
  }

  /** As much of a digest as tells it from the others of a run. */
  static String brief(Digest digest) {
    return digest.hex().substring(0, 8);
  }
}
