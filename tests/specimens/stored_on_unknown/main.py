import unknown_bot


class Store:
    def find(self):
        return 1


class Other:
    def find(self):
        return 2


async def opened(app):
    app.ctx.store = Store()


async def shown(request):
    return request.app.ctx.store.find()


Other()
bot = unknown_bot.Bot()
bot.on_start(opened)
bot.on_message(shown)
bot.run()
