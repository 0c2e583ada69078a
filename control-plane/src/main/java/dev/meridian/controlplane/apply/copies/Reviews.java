package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.ReviewLinks;
import dev.meridian.proto.log.ReviewLinks.Extent;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.RepositoryRecord;
import dev.meridian.proto.store.ReviewRecord;
import java.util.List;

/**
 * Brings all links to the policies and regions as they are, after a change of these: repository by
 * repository in the order of their names, a bounded number of rows with each command.
 *
 * <p>Links that are made meanwhile are right from the start, and a further change begins the review
 * anew. So when it is over every link wants what its policy says. Those of deleted repositories are
 * left as they are; the review only ends when they are purged.
 */
public final class Reviews {

  /** About how many rows are read and written for a link, and for the blob that it is of. */
  private static final int ROWS_PER_LINK = 4;

  private final CommandContext context;

  public Reviews(CommandContext context) {
    this.context = context;
  }

  /**
   * A policy has changed, or the regions have; until copies are counted no link depends on them.
   */
  public void begin() {
    if (CopyAccounts.include(context.rows(), Extent.WANTED)) {
      put(ReviewRecord.getDefaultInstance());
    }
  }

  /** Goes on. The first command of an extent begins to write down more. */
  public Outcome advance(ReviewLinks command) {
    if (CopyAccounts.extend(context.rows(), command.getExtent())) {
      begin();
    }
    context.rows().get(Tables.REVIEWS, Nothing.NOTHING).ifPresent(review -> new Step(review).run());
    return Outcome.ACCEPTED;
  }

  private void put(ReviewRecord review) {
    context.rows().put(Tables.REVIEWS, Nothing.NOTHING, review);
  }

  /** What one command does. */
  private final class Step {
    private final Blobs blobs = new Blobs(context);
    private ReviewRecord review;
    private int left = context.stepRows();

    Step(ReviewRecord review) {
      this.review = review;
    }

    void run() {
      context
          .rows()
          .visit(
              Tables.REPOSITORIES,
              Tables.repositoriesAfter(review.getReviewed()),
              repository -> left > 0 && finish(repository));
      if (left > 0 && !context.rows().hasAny(Tables.PURGES, Tables.PURGES.all())) {
        context.rows().delete(Tables.REVIEWS, Nothing.NOTHING);
      } else {
        put(review);
      }
    }

    /** True when all links of the repository are done. */
    private boolean finish(Row<RepositoryName, RepositoryRecord> repository) {
      long id = repository.value().getId();
      LinkTerms terms = blobs.termsOf(repository.key());
      int limit = Math.ceilDiv(left, ROWS_PER_LINK);
      List<Row<ContentKey, BlobLinkRecord>> links =
          context.rows().scan(Tables.BLOB_LINKS, rest(id), limit);
      links.forEach(link -> bring(link.key(), link.value(), terms));
      left -= 1 + ROWS_PER_LINK * links.size();
      if (links.size() < limit) {
        review = ReviewRecord.newBuilder().setReviewed(repository.key().value()).build();
        return true;
      }
      review =
          review.toBuilder()
              .setRepositoryId(id)
              .setDigest(links.getLast().key().digest().toString())
              .build();
      return false;
    }

    private KeyRange<ContentKey> rest(long repository) {
      return review.getRepositoryId() == repository
          ? ContentKey.after(repository, Digest.parse(review.getDigest()))
          : ContentKey.in(repository);
    }

    /** Also a link that wants the same as before: its blob may be missing where it was not. */
    private void bring(ContentKey key, BlobLinkRecord link, LinkTerms terms) {
      LinkTerms before = LinkTerms.of(link);
      blobs.relink(key.digest(), before, terms);
      if (!before.equals(terms)) {
        context.rows().put(Tables.BLOB_LINKS, key, terms.writeTo(link.toBuilder()).build());
      }
    }
  }
}
