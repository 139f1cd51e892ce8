from .models import Article


def headlines(request):
    return {"headlines": Article.objects.order_by("-at").only("title")[:5]}
