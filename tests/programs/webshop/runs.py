def runs(load, folder):
    def ask(*requests):
        def run():
            application = load("shop.app").application
            for method, path, query, *more in requests:
                environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **dict(more)}
                application(environ, lambda status, headers: None)

        return run

    yield ask(("GET", "/items", ""), ("GET", "/items", "all=1"))
    yield ask(("GET", "/items/1", ""), ("GET", "/items/7", ""), ("POST", "/items/2", "count=1"), ("PUT", "/items/2", ""))
    yield ask(("DELETE", "/items/1", ""), ("GET", "/none", ""), ("DELETE", "/items", ""))
    yield ask(("POST", "/items", "name=chair"), ("POST", "/items", ""))
    yield ask(*[("GET", "/find/desk-lamp", "")] * 5)
    yield ask(("POST", "/items/1", "count=3"), ("GET", "/find/none", ""), ("POST", "/items/9", ""))
    yield ask(("GET", "/items/1", "", ("HTTP_ACCEPT_ENCODING", "deflate"), ("HTTP_COOKIE", "session=1; a=2")))
