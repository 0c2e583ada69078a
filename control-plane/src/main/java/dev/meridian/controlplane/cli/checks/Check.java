package dev.meridian.controlplane.cli.checks;

import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.output.Item;
import java.util.Locale;

/**
 * What {@code doctor} found at one place.
 *
 * @param target the region or address that was looked at
 * @param advice what to do; empty when all is well
 */
public record Check(Status status, String name, String target, String detail, String advice) {

  /** How it is. */
  public enum Status {
    OK,
    WARN,
    FAIL
  }

  static Check ok(String name, String target, String detail) {
    return new Check(Status.OK, name, target, detail, "");
  }

  static Check warn(String name, String target, String detail, String advice) {
    return new Check(Status.WARN, name, target, detail, advice);
  }

  /** Something does not work. */
  public static Check fail(String name, String target, String detail, String advice) {
    return new Check(Status.FAIL, name, target, detail, advice);
  }

  /** Whether something does not work as it is. */
  public boolean failed() {
    return status == Status.FAIL;
  }

  /** The check as it is printed. */
  public Item describe() {
    return Item.of(
        text("status", status.name().toLowerCase(Locale.ROOT)),
        text("check", name),
        text("target", target),
        text("detail", detail),
        text("advice", advice));
  }
}
