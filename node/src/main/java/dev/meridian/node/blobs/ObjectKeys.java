package dev.meridian.node.blobs;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The layout of object storage:
 *
 * <pre>
 *   objects/&lt;hour&gt;/&lt;session&gt;                   a session, and the object of a store that locks sessions
 *   objects/&lt;hour&gt;/&lt;session&gt;-&lt;end&gt;&lt;random&gt;    an object of a store that cannot: one writer's alone
 *
 *   hour     cluster hour in which the upload began, 8 hex digits
 *   session  random, 32 hex digits
 *   end      bytes of the session up to the end of this object, 12 hex digits; 0: not known
 *   random   16 hex digits
 * </pre>
 *
 * Keys are unique to an upload and never reused, so that a delayed delete can never hit a newer
 * object. Nothing that a user sent is in them.
 */
public final class ObjectKeys {

  private static final String ROOT = "objects/";
  private static final Pattern HOUR = Pattern.compile("objects/[0-9a-f]{8}/");
  private static final Pattern SESSION = Pattern.compile("objects/[0-9a-f]{8}/[0-9a-f]{32}");
  private static final Pattern OBJECT =
      Pattern.compile("objects/[0-9a-f]{8}/[0-9a-f]{32}(-[0-9a-f]{28})?");
  private static final int SESSION_LENGTH = ROOT.length() + 8 + 1 + 32;
  private static final long LONGEST = (1L << 48) - 1;

  private ObjectKeys() {}

  /** A new key for an upload that begins at this cluster time. */
  public static String create(long clusterTimeMillis) {
    return hourPrefix(clusterTimeMillis) + UUID.randomUUID().toString().replace("-", "");
  }

  /** What all keys of the hour of this cluster time begin with. */
  public static String hourPrefix(long clusterTimeMillis) {
    return String.format(ROOT + "%08x/", clusterTimeMillis / Duration.ofHours(1).toMillis());
  }

  /** A new key of an object that holds a session's bytes up to {@code end}; 0 when not known. */
  public static String createWithin(String session, long end) {
    return beforeEnd(session, end) + String.format("%016x", ThreadLocalRandom.current().nextLong());
  }

  /** What sorts before all keys of {@link #createWithin} with this end or a later one. */
  public static String beforeEnd(String session, long end) {
    return requireSession(session) + String.format("-%012x", Math.min(end, LONGEST));
  }

  /** What all keys of the session's hour begin with. */
  public static String hourOf(String session) {
    return requireSession(session).substring(0, ROOT.length() + 9);
  }

  /** What sorts before all keys of this session, and after those of the sessions before it. */
  public static String before(String session) {
    return requireSession(session).substring(0, SESSION_LENGTH - 1);
  }

  /** The session that wrote this object. */
  public static String sessionOf(String object) {
    return requireObject(object).substring(0, SESSION_LENGTH);
  }

  /** The end that {@link #createWithin} was told; 0 when it was not known. */
  public static long endOf(String object) {
    return requireObject(object).length() == SESSION_LENGTH
        ? 0
        : Long.parseLong(object, SESSION_LENGTH + 1, SESSION_LENGTH + 13, 16);
  }

  /** Whether this is a key that an object may have. */
  public static boolean isObject(String key) {
    return OBJECT.matcher(key).matches();
  }

  /**
   * The key itself.
   *
   * @throws IllegalArgumentException when it is not one of {@link #create}
   */
  public static String requireSession(String key) {
    return require(SESSION, key, "objects/<8 hex digits>/<32 hex digits>");
  }

  /**
   * The key itself.
   *
   * @throws IllegalArgumentException when it is neither of {@link #create} nor of {@link
   *     #createWithin}
   */
  public static String requireObject(String key) {
    return require(OBJECT, key, "objects/<8 hex digits>/<32 hex digits>[-<28 hex digits>]");
  }

  /**
   * The prefix itself.
   *
   * @throws IllegalArgumentException when it is not one of {@link #hourPrefix}
   */
  public static String requireHour(String prefix) {
    return require(HOUR, prefix, "objects/<8 hex digits>/");
  }

  private static String require(Pattern pattern, String text, String expected) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "object key \""
              + text.substring(0, Math.min(text.length(), 80)).replaceAll("[^ -~]", "?")
              + "\" is not valid: expected "
              + expected);
    }
    return text;
  }
}
