package dev.meridian.controlplane.apply.copies;

import dev.meridian.proto.store.BlobLinkRecord;
import java.util.List;

/**
 * What a repository's policy said of a link when that was made or last reviewed.
 *
 * @param wanted regions that should hold a copy
 * @param only residency: regions that may hold one; empty: all
 */
public record LinkTerms(List<String> wanted, List<String> only) {

  /** Nothing is wanted or forbidden. */
  static final LinkTerms NONE = new LinkTerms(List.of(), List.of());

  public LinkTerms {
    wanted = List.copyOf(wanted);
    only = List.copyOf(only);
  }

  /** Those that a link says. */
  public static LinkTerms of(BlobLinkRecord link) {
    return new LinkTerms(link.getWantedList(), link.getOnlyList());
  }

  /** Has a link say these. */
  public BlobLinkRecord.Builder writeTo(BlobLinkRecord.Builder link) {
    return link.clearWanted().addAllWanted(wanted).clearOnly().addAllOnly(only);
  }
}
