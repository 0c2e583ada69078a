package dev.meridian.loadtest.history;

import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.util.Set;
import java.util.stream.Collectors;

/** What a client learned of its action. */
public sealed interface Outcome {

  /** A write was acknowledged. */
  record Done() implements Outcome {}

  /** A read found a manifest, with the bytes of its digest. */
  record Found(Digest manifest) implements Outcome {}

  /** These tags were there, all others not. */
  record Listed(Set<TagName> tags) implements Outcome {}

  /** What was to be read or deleted is not there. */
  record NotFound() implements Outcome {}

  /** The condition of a write did not hold. */
  record ConditionFailed() implements Outcome {}

  /** A write may have taken effect, or may yet. */
  record Unknown(String reason) implements Outcome {}

  /** Nothing was changed and nothing was learned. */
  record Nothing(String reason) implements Outcome {}

  /** An answer that no registry in order gives; a write may have taken effect all the same. */
  record Wrong(String what) implements Outcome {}

  /** Its kind, for counting. */
  default String kind() {
    return switch (this) {
      case Done _ -> "done";
      case Found _, Listed _ -> "found";
      case NotFound _ -> "not found";
      case ConditionFailed _ -> "condition failed";
      case Unknown _ -> "unknown";
      case Nothing _ -> "no answer";
      case Wrong _ -> "wrong";
    };
  }

  /** For people. */
  default String text() {
    return switch (this) {
      case Found(Digest manifest) -> Action.brief(manifest);
      case Listed(Set<TagName> tags) ->
          tags.stream().map(TagName::value).sorted().collect(Collectors.joining(", "));
      case Unknown(String reason) -> "unknown: " + reason;
      case Nothing(String reason) -> "no answer: " + reason;
      case Wrong(String what) -> "wrong: " + what;
      case Done _, NotFound _, ConditionFailed _ -> kind();
    };
  }
}
