package dev.meridian.controlplane.cli;

import dev.meridian.model.Digest;
import dev.meridian.proto.admin.TagExpectation;
import dev.meridian.proto.admin.TagMove;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Moves of tags that are made in one step, and what the tags must be before it. */
final class TagMoves {

  private static final int MOST = 100;

  /** {@code REPO:TAG@DIGEST}: the tag is to name the digest. */
  record Move(QualifiedTag tag, Digest digest) {

    static Move parse(String text) {
      int at = text.indexOf('@');
      if (at < 0) {
        throw new IllegalArgumentException(
            "\""
                + text
                + "\" is not a move: expected REPO:TAG@DIGEST, such as demo/app:1@sha256:...");
      }
      return new Move(
          QualifiedTag.parse(text.substring(0, at)), Digest.parse(text.substring(at + 1)));
    }
  }

  /**
   * {@code REPO:TAG=DIGEST}, {@code REPO:TAG=absent}, or only what follows the sign when one tag is
   * moved.
   */
  record Expected(Optional<QualifiedTag> tag, TagExpectation expectation) {

    static Expected parse(String text) {
      int equals = text.indexOf('=');
      return new Expected(
          equals < 0
              ? Optional.empty()
              : Optional.of(QualifiedTag.parse(text.substring(0, equals))),
          Arguments.expectation(text.substring(equals + 1)));
    }
  }

  private TagMoves() {}

  /**
   * The moves as the server is asked for them.
   *
   * @throws IllegalArgumentException when they do not fit together
   */
  static List<TagMove> of(List<Move> moves, List<Expected> expected) {
    Map<QualifiedTag, TagMove.Builder> byTag = new LinkedHashMap<>();
    for (Move move : moves) {
      TagMove.Builder built =
          TagMove.newBuilder()
              .setRepository(move.tag().repository().value())
              .setTag(move.tag().tag().value())
              .setDigest(move.digest().toString());
      if (byTag.put(move.tag(), built) != null) {
        throw new IllegalArgumentException(move.tag() + " is set twice: expected once");
      }
    }
    if (byTag.size() > MOST) {
      throw new IllegalArgumentException(
          byTag.size() + " tags are too many for one step: expected at most " + MOST);
    }
    for (Expected each : expected) {
      TagMove.Builder move = byTag.get(each.tag().orElseGet(() -> only(moves)));
      if (move == null) {
        throw new IllegalArgumentException(
            "--expect " + each.tag().orElseThrow() + ": this tag is not set by the command");
      }
      if (move.hasExpected()) {
        throw new IllegalArgumentException(
            "--expect: something is expected of "
                + move.getRepository()
                + ":"
                + move.getTag()
                + " twice");
      }
      move.setExpected(each.expectation());
    }
    List<TagMove> built = new ArrayList<>();
    byTag.values().forEach(move -> built.add(move.build()));
    return built;
  }

  private static QualifiedTag only(List<Move> moves) {
    if (moves.size() > 1) {
      throw new IllegalArgumentException(
          "--expect: several tags are set: expected REPO:TAG=DIGEST or REPO:TAG=absent");
    }
    return moves.getFirst().tag();
  }
}
