package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.RejectionCode;
import java.util.List;
import java.util.function.Consumer;

/** Checks fields of requests. Each gives the field back or refuses it with the code that fits. */
final class RequestFields {

  /** The most objects that one request may name; apply has the same bound. */
  static final int MAX_OBJECTS = 1_000;

  /** The most tags that one manifest is put under at once. */
  static final int MAX_TAGS = 100;

  /** The most regions that one request names in a place. */
  static final int MAX_REGIONS = 100;

  private static final int COMMAND_ID_LENGTH = 16;
  private static final int MAX_OBJECT_KEY = 1_024;
  private static final int MAX_NODE_ID = 255;

  private RequestFields() {}

  static ByteString commandId(ByteString id) throws RefusedException {
    if (id.size() != COMMAND_ID_LENGTH) {
      throw new RefusedException(
          RejectionCode.DENIED,
          "command_id has " + id.size() + " bytes: expected " + COMMAND_ID_LENGTH);
    }
    return id;
  }

  static String repository(String name) throws RefusedException {
    return parsed(name, RepositoryName::parse, RejectionCode.NAME_INVALID);
  }

  /** A path under which repositories are is written as a repository's name; empty: all. */
  static String prefix(String prefix) throws RefusedException {
    return prefix.isEmpty() ? prefix : repository(prefix);
  }

  static String digest(String digest) throws RefusedException {
    return parsed(digest, Digest::parse, RejectionCode.DIGEST_INVALID);
  }

  static String tag(String tag) throws RefusedException {
    return parsed(tag, TagName::parse, RejectionCode.TAG_INVALID);
  }

  static String region(String region) throws RefusedException {
    return parsed(region, RegionId::parse, RejectionCode.NAME_INVALID);
  }

  /** Each region once, in the order of their names. */
  static List<String> regions(List<String> regions) throws RefusedException {
    if (regions.size() > MAX_REGIONS) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "the request names " + regions.size() + " regions: expected at most " + MAX_REGIONS);
    }
    for (String region : regions) {
      region(region);
    }
    return regions.stream().distinct().sorted().toList();
  }

  static String nodeId(String id) throws RefusedException {
    if (id.isEmpty() || id.length() > MAX_NODE_ID) {
      throw new RefusedException(
          RejectionCode.NAME_INVALID,
          "node_id has " + id.length() + " characters: expected 1 to " + MAX_NODE_ID);
    }
    return id;
  }

  /** In bytes. */
  static long size(long size) throws RefusedException {
    if (size < 0) {
      throw new RefusedException(
          RejectionCode.SIZE_INVALID, "size " + size + " is not valid: expected 0 or more");
    }
    return size;
  }

  static String objectKey(String key) throws RefusedException {
    if (key.isEmpty()
        || key.length() > MAX_OBJECT_KEY
        || !key.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new RefusedException(
          RejectionCode.NAME_INVALID,
          "object key is not valid: expected 1 to " + MAX_OBJECT_KEY + " printable characters");
    }
    return key;
  }

  static List<String> objectKeys(List<String> keys) throws RefusedException {
    if (keys.isEmpty() || keys.size() > MAX_OBJECTS) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "the request names " + keys.size() + " objects: expected 1 to " + MAX_OBJECTS);
    }
    for (String key : keys) {
      objectKey(key);
    }
    return keys;
  }

  /** Each tag once. */
  static List<String> tags(List<String> tags) throws RefusedException {
    if (tags.size() > MAX_TAGS) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "the request has " + tags.size() + " tags: expected at most " + MAX_TAGS);
    }
    for (String tag : tags) {
      tag(tag);
    }
    return tags.stream().distinct().toList();
  }

  static String parsed(String text, Consumer<String> parser, RejectionCode code)
      throws RefusedException {
    try {
      parser.accept(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new RefusedException(code, e.getMessage());
    }
  }
}
