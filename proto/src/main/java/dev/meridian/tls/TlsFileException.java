package dev.meridian.tls;

/** A file of certificates or keys cannot be used; the message names the setting and the file. */
public final class TlsFileException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String setting;
  private final String reason;

  TlsFileException(TlsFile file, String reason, Throwable cause) {
    super(file.setting() + ": " + file.path() + " " + reason, cause);
    this.setting = file.setting();
    this.reason = file.path() + " " + reason;
  }

  /** The setting or option that names the file. */
  public String setting() {
    return setting;
  }

  /** The file, and what is wrong with it. */
  public String reason() {
    return reason;
  }
}
