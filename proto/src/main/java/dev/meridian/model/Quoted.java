package dev.meridian.model;

/** How foreign text is shown in error messages: quoted, printable and short. */
public final class Quoted {

  private static final int LONGEST = 80;

  private Quoted() {}

  /**
   * The text in double quotes; what is not printable ASCII becomes {@code ?}, what is long is cut.
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' && c != '"' ? c : '?');
    }
    return shown.append(text.length() > LONGEST ? "\"..." : "\"").toString();
  }
}
