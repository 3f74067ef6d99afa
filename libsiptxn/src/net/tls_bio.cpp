// SPDX-License-Identifier: MIT
#include "net/tls_bio.hpp"

#include "net/channel.hpp"

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include <memory>

namespace siptxn::net {
namespace {

using asio::ip::tcp;

tcp::socket& socket_of(BIO* bio) { return *static_cast<tcp::socket*>(BIO_get_data(bio)); }

int read(BIO* bio, char* data, std::size_t size, std::size_t* done) {
    BIO_clear_retry_flags(bio);
    std::error_code error;
    *done = socket_of(bio).read_some(asio::buffer(data, size), error);
    if (must_wait(error)) BIO_set_retry_read(bio);
    if (error == asio::error::eof) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return *done > 0;
}

int write(BIO* bio, const char* data, std::size_t size, std::size_t* done) {
    BIO_clear_retry_flags(bio);
    std::error_code error;
    *done = socket_of(bio).write_some(asio::buffer(data, size), error);
    if (must_wait(error)) BIO_set_retry_write(bio);
    return *done > 0;
}

long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}

struct MethodEnd {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

std::unique_ptr<BIO_METHOD, MethodEnd> make_method() {
    std::unique_ptr<BIO_METHOD, MethodEnd> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "asio"));
    if (!method) return method;
    BIO_meth_set_read_ex(method.get(), read);
    BIO_meth_set_write_ex(method.get(), write);
    BIO_meth_set_ctrl(method.get(), control);
    return method;
}

}  // namespace

BIO* make_bio(tcp::socket& socket) {
    static const auto method = make_method();
    BIO* bio = method ? BIO_new(method.get()) : nullptr;
    if (!bio) return nullptr;
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace siptxn::net
