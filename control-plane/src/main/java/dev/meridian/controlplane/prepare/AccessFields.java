package dev.meridian.controlplane.prepare;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.access.TagPattern;
import dev.meridian.proto.log.Origin;
import dev.meridian.proto.log.RejectionCode;
import java.util.ArrayList;
import java.util.List;

/** Checks fields of requests that are about access, as {@link RequestFields} does. */
final class AccessFields {

  private static final int MAX_ADDRESS = 64;

  private AccessFields() {}

  static String account(String name) throws RefusedException {
    return RequestFields.parsed(name, AccountName::parse, RejectionCode.NAME_INVALID);
  }

  static String group(String name) throws RefusedException {
    return RequestFields.parsed(name, GroupName::parse, RejectionCode.NAME_INVALID);
  }

  static String subject(String subject) throws RefusedException {
    return RequestFields.parsed(subject, Subject::parse, RejectionCode.NAME_INVALID);
  }

  static String pattern(String pattern) throws RefusedException {
    return RequestFields.parsed(pattern, RepositoryPattern::parse, RejectionCode.NAME_INVALID);
  }

  static String tags(String pattern) throws RefusedException {
    return RequestFields.parsed(pattern, TagPattern::parse, RejectionCode.TAG_INVALID);
  }

  /** Each action once, in their order. */
  static List<String> actions(List<String> actions) throws RefusedException {
    if (actions.isEmpty() || actions.size() > Action.values().length) {
      throw new RefusedException(
          RejectionCode.ACCESS_INVALID,
          "the grant names " + actions.size() + " actions: expected some of all there are, once");
    }
    List<Action> parsed = new ArrayList<>();
    for (String action : actions) {
      RequestFields.parsed(action, Action::parse, RejectionCode.ACCESS_INVALID);
      parsed.add(Action.parse(action));
    }
    return parsed.stream().distinct().sorted().map(Action::toString).toList();
  }

  /**
   * Where a request came from.
   *
   * @param address of the client, or empty
   */
  static Origin origin(String region, String address) throws RefusedException {
    if (address.length() > MAX_ADDRESS || !address.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new RefusedException(
          RejectionCode.DENIED,
          "origin: the address is not valid: expected at most "
              + MAX_ADDRESS
              + " printable characters");
    }
    return Origin.newBuilder().setRegion(RequestFields.region(region)).setAddress(address).build();
  }
}
