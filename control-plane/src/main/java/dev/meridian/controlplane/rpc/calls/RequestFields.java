package dev.meridian.controlplane.rpc.calls;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.metadata.GetManifestRequest;
import io.grpc.Status;
import java.util.UUID;
import java.util.function.Function;

/** Fields of queries, parsed or refused. */
public final class RequestFields {

  private RequestFields() {}

  public static RepositoryName repository(String text) {
    return parse(text, RejectionCode.NAME_INVALID, RepositoryName::parse);
  }

  public static TagName tag(String text) {
    return parse(text, RejectionCode.TAG_INVALID, TagName::parse);
  }

  public static Digest digest(String text) {
    return parse(text, RejectionCode.DIGEST_INVALID, Digest::parse);
  }

  /** Where a page of digests begins: empty, or a digest. */
  public static String lastDigest(String text) {
    return text.isEmpty() ? text : digest(text).toString();
  }

  public static RegionId region(String text) {
    return parse(text, RejectionCode.NAME_INVALID, RegionId::parse);
  }

  public static AccountName account(String text) {
    return parse(text, RejectionCode.NAME_INVALID, AccountName::parse);
  }

  public static GroupName group(String text) {
    return parse(text, RejectionCode.NAME_INVALID, GroupName::parse);
  }

  public static Subject subject(String text) {
    return parse(text, RejectionCode.NAME_INVALID, Subject::parse);
  }

  public static RepositoryPattern pattern(String text) {
    return parse(text, RejectionCode.NAME_INVALID, RepositoryPattern::parse);
  }

  public static Action action(String text) {
    return parse(text, RejectionCode.ACCESS_INVALID, Action::parse);
  }

  /** Of a Raft group. */
  public static UUID groupId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("PrepareToJoin: the group is not named by a UUID")
          .withCause(e)
          .asRuntimeException();
    }
  }

  public static Reference reference(GetManifestRequest request) {
    return switch (request.getReferenceCase()) {
      case TAG -> new Reference.ByTag(tag(request.getTag()));
      case DIGEST -> new Reference.ByDigest(digest(request.getDigest()));
      case REFERENCE_NOT_SET ->
          throw Status.INVALID_ARGUMENT
              .withDescription("GetManifest: neither tag nor digest is set")
              .asRuntimeException();
    };
  }

  /** A tag or a digest. */
  public static Reference reference(String text) {
    return text.indexOf(':') >= 0
        ? new Reference.ByDigest(digest(text))
        : new Reference.ByTag(tag(text));
  }

  /** The number of items of a page; none or a negative number stands for the longest. */
  public static int limit(int asked) {
    return asked <= 0 ? Queries.MAX_PAGE : Math.min(asked, Queries.MAX_PAGE);
  }

  private static <T> T parse(String text, RejectionCode code, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw RejectedException.invalid(code, e.getMessage());
    }
  }
}
