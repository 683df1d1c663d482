/**
 * Lines that are encrypted and whose ends know each other. The daemon uses {@link
 * dev.orcinus.secure.ServerAccess}, the loader and the command line {@link
 * dev.orcinus.secure.SecureLine}.
 *
 * <p>A line is TLS 1.3 with the server's certificate, which the client compares with a fingerprint
 * that it has been given, or that it has seen at its first connection. Then both sides prove that
 * they know a token. A proof is an HMAC-SHA256 of the line's channel binding ({@code tls-exporter},
 * RFC 9266), so the token itself is never sent, and a proof is worth nothing on another line:
 *
 * <pre>
 *   client: "orcinus1" (8 bytes), HMAC(token, "client" + binding) (32 bytes)
 *   server: 1, HMAC(token, "server" + binding)                    the token is the right one; frames follow
 *           2, length (2 bytes, big-endian), text in UTF-8        the reason why there will be no session
 * </pre>
 */
package dev.orcinus.secure;
