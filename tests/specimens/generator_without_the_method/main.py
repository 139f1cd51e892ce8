class Session:
    def send(self, url):
        return url

    def get(self, url):
        return url


def sessions():
    yield Session()


def fetch(session):
    return session.get("/")


fetch(Session())
for one in sessions():
    fetch(one)
fetch(sessions())
