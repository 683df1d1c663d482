// packages: libssl-dev
// needs: libssl.a libcrypto.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lssl -lcrypto -Wl,-Bdynamic -ldl -lpthread
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    unsigned char digest[64], out[64], key[32] = {1}, iv[16] = {2};
    unsigned size;
    int part, all = 0;
    EVP_Digest("the whale", 9, digest, &size, EVP_sha256(), NULL);
    for (unsigned i = 0; i < size; i++) {
        printf("%02x", digest[i]);
    }
    puts("");
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, iv);
    EVP_EncryptUpdate(cipher, out, &part, (const unsigned char *)"and the sea", 11);
    all += part;
    EVP_EncryptFinal_ex(cipher, out + part, &part);
    for (int i = 0; i < all; i++) {
        printf("%02x", out[i]);
    }
    puts("");
    EVP_CIPHER_CTX_free(cipher);
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    unsigned char signature[64];
    size_t length = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, NULL, NULL, NULL, pair);
    EVP_DigestSign(context, signature, &length, digest, size);
    EVP_MD_CTX *check = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(check, NULL, NULL, NULL, pair);
    printf("%zu %d\n", length, EVP_DigestVerify(check, signature, length, digest, size));
    EVP_MD_CTX_free(context);
    EVP_MD_CTX_free(check);
    EVP_PKEY_free(pair);
    SSL_CTX *client = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(client);
    BIO *in = BIO_new(BIO_s_mem()), *sent = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, sent);
    SSL_set_tlsext_host_name(ssl, "ship.example");
    printf("%d %d\n", SSL_connect(ssl), SSL_get_error(ssl, -1) == SSL_ERROR_WANT_READ);
    SSL_free(ssl);
    SSL_CTX_free(client);
    printf("%s\n", EVP_get_cipherbyname("no cipher") == NULL ? "unknown" : "known");
    return 7;
}
